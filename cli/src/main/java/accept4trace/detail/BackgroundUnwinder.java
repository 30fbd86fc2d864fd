package accept4trace.detail;

import accept4trace.bounded.WaitBudget;
import accept4trace.capture.StackUnwinder;
import accept4trace.event.CallStack;
import accept4trace.event.StackFrame;
import accept4trace.event.UserStack;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Unwinds stacks in the background, because unwinding reads files that the traced process has chosen, and a read may
 * block. The caller waits for a bounded time. If the files have not been read by then, each stack consists of only the
 * innermost address until they have been read.
 */
final class BackgroundUnwinder {
    /** Long enough to read a large program on an emulated machine that is busy. */
    private static final long MAX_NS = 20_000_000_000L;
    /**
     * The longest wait that uses no budget. Unwinding a stack takes less time, unless it is the first stack or a read
     * blocks.
     */
    private static final long FREE_NS = 2_000_000_000;

    static final String NO_ANSWER = "no answer";

    private final StackUnwinder unwinder;
    private final Executor background;
    private final WaitBudget waitBudget;
    private @Nullable CompletableFuture<CallStack> last;

    BackgroundUnwinder(StackUnwinder unwinder) {
        this(unwinder, new BackgroundWork("stacks"), new WaitBudget(MAX_NS, FREE_NS, System::nanoTime));
    }

    BackgroundUnwinder(StackUnwinder unwinder, Executor background, WaitBudget waitBudget) {
        this.unwinder = unwinder;
        this.background = background;
        this.waitBudget = waitBudget;
    }

    CallStack unwind(int tgid, UserStack stack) {
        if (last != null && !last.isDone()) {
            return unanswered(stack);
        }
        try {
            last = CompletableFuture.supplyAsync(() -> unwinder.unwind(tgid, stack), background);
        } catch (RejectedExecutionException e) {
            return unanswered(stack);
        }
        return waitBudget.await(last) ? last.join() : unanswered(stack);
    }

    void close() {
        unwinder.close();
    }

    private CallStack unanswered(UserStack stack) {
        long address = unwinder.address(stack);
        return new CallStack(List.of(new StackFrame(address, address, null, null, 0, NO_ANSWER)), true);
    }
}
