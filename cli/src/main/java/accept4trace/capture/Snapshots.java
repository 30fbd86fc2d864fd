package accept4trace.capture;

import accept4trace.event.HeldListener;
import java.util.function.Consumer;

/** Takes snapshots of all accept queues of the machine. One thread must make all calls. */
public interface Snapshots extends AutoCloseable {
    /** Passes each listening socket on, once for each file descriptor. Does not keep the queues still meanwhile. */
    void take(Consumer<HeldListener> to) throws CaptureException;

    @Override
    void close();
}
