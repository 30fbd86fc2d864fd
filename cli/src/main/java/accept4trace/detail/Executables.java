package accept4trace.detail;

import accept4trace.bounded.WaitBudget;
import accept4trace.capture.CaptureException;
import accept4trace.capture.Platform;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.IntPredicate;

/** Recognizes 32-bit programs by their executables. Reads the files in the background, because that can block. */
public final class Executables implements IntPredicate {
    private static final long MAX_NS = 1_000_000_000;

    private final Platform platform;
    private final Executor background;
    private final WaitBudget waitBudget = new WaitBudget(MAX_NS, 0, System::nanoTime);

    public Executables(Platform platform, Executor background) {
        this.platform = platform;
        this.background = background;
    }

    /** Returns whether a process runs a 32-bit program; false if that is unknown. */
    @Override
    public boolean test(int tgid) {
        try {
            CompletableFuture<Boolean> answer = CompletableFuture.supplyAsync(() -> is32Bit(tgid), background);
            return waitBudget.await(answer) && answer.join();
        } catch (RejectedExecutionException e) {
            return false;
        }
    }

    private boolean is32Bit(int tgid) {
        try {
            return platform.operatingSystem().is32Bit(tgid);
        } catch (CaptureException e) {
            return false;
        }
    }
}
