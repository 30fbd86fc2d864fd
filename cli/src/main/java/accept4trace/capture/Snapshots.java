package accept4trace.capture;

import accept4trace.event.HeldListener;
import accept4trace.event.ThreadState;
import java.util.function.Consumer;
import java.util.function.IntPredicate;

/** Takes snapshots of the machine. Works after the process is confined, too. Thread-safe. */
public interface Snapshots extends AutoCloseable {
    /**
     * Passes each listening socket on, once for each file descriptor. Does not keep the accept queues still meanwhile.
     */
    void take(Consumer<HeldListener> to) throws CaptureException;

    /** Passes each thread of some processes on. {@code tgids}: the ids of these processes. */
    void takeThreads(IntPredicate tgids, Consumer<ThreadState> to) throws CaptureException;

    @Override
    void close();
}
