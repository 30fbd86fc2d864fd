package accept4trace.action;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** An answer that is computed in the background after the first request. */
final class BackgroundAnswer implements Supplier<String> {
    private final Supplier<String> work;
    private final Executor background;
    private @Nullable CompletableFuture<String> answer;

    BackgroundAnswer(Supplier<String> work, Executor background) {
        this.work = work;
        this.background = background;
    }

    /** Returns the answer: null while it is being computed, empty if there is none. */
    @Override
    public @Nullable String get() {
        if (answer == null) {
            answer = start();
        }
        return answer.getNow(null);
    }

    private CompletableFuture<String> start() {
        try {
            return CompletableFuture.supplyAsync(work, background).exceptionally(failure -> "");
        } catch (RejectedExecutionException e) {
            return CompletableFuture.completedFuture("");
        }
    }
}
