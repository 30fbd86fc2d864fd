package accept4trace.action;

import accept4trace.capture.CaptureException;
import accept4trace.capture.EventSource;
import accept4trace.capture.Snapshots;
import accept4trace.capture.Tracing;
import accept4trace.detail.BackgroundWork;
import accept4trace.event.HeldListener;
import accept4trace.event.ThreadState;
import accept4trace.output.Notices;
import accept4trace.queue.HeldSockets;
import accept4trace.queue.QueueSampler;
import accept4trace.queue.TraceSelection;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.function.IntPredicate;

/**
 * The snapshots of a trace. The BPF programs that take them are loaded in the background. Loading must end before
 * {@link EventSource#confine}. If loading fails, each attempt to take a snapshot throws the reason.
 */
final class TraceSnapshots implements Snapshots {
    private final Executor background = new BackgroundWork("snapshots");
    private final CompletableFuture<Snapshots> loading;

    /** Replaces the snapshots if they cannot be taken. Each attempt throws the reason. */
    private record Missing(CaptureException why) implements Snapshots {
        @Override
        public void read(Subject subject, Records to) throws CaptureException {
            throw why;
        }

        @Override
        public void close() {}
    }

    private TraceSnapshots(Tracing tracing) {
        loading = new CompletableFuture<>();
        try {
            background.execute(() -> loading.complete(open(tracing)));
        } catch (RejectedExecutionException e) {
            loading.complete(new Missing(new CaptureException("take snapshots", 0, "no thread can be started")));
        }
    }

    private static Snapshots open(Tracing tracing) {
        try {
            return tracing.openSnapshots();
        } catch (CaptureException e) {
            return new Missing(e);
        } catch (RuntimeException | Error e) {
            return new Missing(new CaptureException("take snapshots", 0, String.valueOf(e)));
        }
    }

    /** Begins to load the programs. */
    static TraceSnapshots load(Tracing tracing) {
        return new TraceSnapshots(tracing);
    }

    /** Waits until loading has ended, successfully or not. */
    void await() {
        loading.join();
    }

    /**
     * Returns a sampler of the accept queues of the targets.
     *
     * @param snapshots these snapshots, or a wrapper
     * @param selection selects listeners and the processes that hold them
     */
    QueueSampler sampler(Snapshots snapshots, EventSource source, TraceSelection selection, Notices notices) {
        return new QueueSampler(
                snapshots, source::isTarget, selection, notices.derived()::noteLate, background, System::nanoTime);
    }

    @Override
    public void read(Subject subject, Records to) throws CaptureException {
        loading.join().read(subject, to);
    }

    /**
     * Returns a register of the listening sockets that the targets hold.
     *
     * @param selection selects the processes that hold them
     * @param byName whether to store the names of AF_UNIX listeners
     */
    HeldSockets heldSockets(EventSource source, TraceSelection selection, boolean byName) {
        return new HeldSockets(this, source::isTarget, selection, background, System::nanoTime, byName);
    }

    @Override
    public void take(Consumer<HeldListener> to) throws CaptureException {
        loading.join().take(to);
    }

    @Override
    public void takeThreads(IntPredicate tgids, Consumer<ThreadState> to) throws CaptureException {
        loading.join().takeThreads(tgids, to);
    }

    @Override
    public void close() {
        loading.join().close();
    }
}
