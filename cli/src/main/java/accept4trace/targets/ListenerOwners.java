package accept4trace.targets;

import accept4trace.capture.CaptureException;
import accept4trace.capture.Snapshots;
import accept4trace.event.ListenerHolder;
import accept4trace.queue.QueueSelection;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Finds the processes that currently hold listening sockets, in every network namespace. Runs in the background,
 * because a machine can have a million open files.
 */
final class ListenerOwners {
    /** The longest wait before tracing begins. */
    private static final long TIMEOUT_MS = 1000;

    /** Completes with text about the owners. */
    private final CompletableFuture<String> text;

    private ListenerOwners(CompletableFuture<String> text) {
        this.text = text;
    }

    /** Selects sockets and the processes that hold them. Called in the background. */
    interface Selection {
        QueueSelection get() throws CaptureException;
    }

    /** Returns text about processes. {@code owners} has one element for each process, in the order of process ids. */
    interface Description {
        String of(Collection<ListenerHolder> owners);
    }

    /** {@code unknown}: the text if the owners cannot be found. */
    static ListenerOwners find(
            Selection selection, Snapshots snapshots, Description description, String unknown, Executor background) {
        CompletableFuture<String> text = new CompletableFuture<>();
        try {
            background.execute(() -> text.complete(describe(selection, snapshots, description, unknown)));
        } catch (RejectedExecutionException e) {
            text.complete(unknown);
        }
        return new ListenerOwners(text);
    }

    /** Returns an empty result, for when no search is needed. */
    static ListenerOwners none() {
        return new ListenerOwners(CompletableFuture.completedFuture(""));
    }

    private static String describe(Selection selection, Snapshots snapshots, Description description, String unknown) {
        try {
            QueueSelection selected = selection.get();
            Map<Integer, ListenerHolder> owners = new TreeMap<>();
            snapshots.take(record -> {
                ListenerHolder holder = record.holder();
                if (selected.selects(record) && selected.selects(holder)) {
                    owners.putIfAbsent(holder.tgid(), holder);
                }
            });
            return description.of(owners.values());
        } catch (CaptureException | RuntimeException e) {
            return unknown;
        }
    }

    /** Waits until the owners are found, but not for long. */
    void await() {
        try {
            text.get(TIMEOUT_MS, TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException e) {
            // The owners are unknown so far.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Returns the text, or null if it is not known yet. */
    @Nullable
    String now() {
        return text.getNow(null);
    }

    /** Passes the text to {@code to} once it is known, possibly in the background. */
    @SuppressWarnings("FutureReturnValueIgnored")
    void later(Consumer<String> to) {
        text.thenAccept(to);
    }
}
