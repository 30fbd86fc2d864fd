package accept4trace.capture;

import accept4trace.event.HeldListener;
import accept4trace.event.ThreadState;
import java.util.function.Consumer;
import java.util.function.IntPredicate;

/** Takes snapshots of the machine. Can be used even after the process is confined. Thread-safe. */
public interface Snapshots extends AutoCloseable {
    /**
     * Passes each listening socket to {@code to}, once for each file descriptor. The accept queues can change
     * meanwhile.
     */
    void take(Consumer<HeldListener> to) throws CaptureException;

    /** Passes to {@code to} all threads of each process that {@code tgids} selects. */
    void takeThreads(IntPredicate tgids, Consumer<ThreadState> to) throws CaptureException;

    @Override
    void close();
}
