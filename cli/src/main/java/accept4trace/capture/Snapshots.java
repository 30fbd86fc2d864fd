package accept4trace.capture;

import accept4trace.event.HeldListener;
import accept4trace.event.QueueDecoder;
import accept4trace.event.ThreadDecoder;
import accept4trace.event.ThreadState;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import java.util.function.IntPredicate;

/** Takes snapshots of the machine. Can be used even after {@link EventSource#confine}. Thread-safe. */
public interface Snapshots extends AutoCloseable {
    /** What a snapshot shows. */
    enum Subject {
        /** The listening sockets, once for each file descriptor: see {@link QueueDecoder}. */
        QUEUES,
        /** The threads: see {@link ThreadDecoder}. */
        THREADS
    }

    /** Receives records. */
    interface Records {
        /**
         * Receives complete records, which are valid until this method returns.
         *
         * @param batch in native byte order
         * @param length size of the records in bytes
         */
        void add(ByteBuffer batch, int length);
    }

    /** Takes a snapshot of the whole machine. Its state can change meanwhile. */
    void read(Subject subject, Records to) throws CaptureException;

    /**
     * Passes each listening socket to {@code to}, once for each file descriptor. The accept queues can change
     * meanwhile.
     */
    default void take(Consumer<HeldListener> to) throws CaptureException {
        read(Subject.QUEUES, (batch, length) -> QueueDecoder.decode(batch, length, to));
    }

    /** Passes to {@code to} all threads of each process that {@code tgids} selects. */
    default void takeThreads(IntPredicate tgids, Consumer<ThreadState> to) throws CaptureException {
        read(Subject.THREADS, (batch, length) -> ThreadDecoder.decode(batch, length, tgids, to));
    }

    @Override
    void close();
}
