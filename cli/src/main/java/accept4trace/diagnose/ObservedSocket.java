package accept4trace.diagnose;

import accept4trace.event.AcceptCall;
import accept4trace.text.Errno;

/** A listening socket. With SO_REUSEPORT, several can be bound to the address of one {@link ObservedListener}. */
final class ObservedSocket {
    final ObservedListener listener;
    long connections;
    /** The thread that accepted the last connection; 0 if unknown. */
    int lastAcceptor;

    private boolean lacksFiles;
    /** When the latest shortage of files ended, CLOCK_MONOTONIC. */
    private long lackedFilesUntilNs = Long.MIN_VALUE;

    ObservedSocket(ObservedListener listener) {
        this.listener = listener;
    }

    void addResult(AcceptCall call) {
        if (call.isConnection()) {
            connections++;
            lastAcceptor = call.isNative() ? call.caller().tid() : 0;
        }
        if (call.isConnection() || call.isEmpty()) {
            lackedFilesUntilNs = lacksFiles ? call.span().exitNs() : lackedFilesUntilNs;
            lacksFiles = false;
        } else {
            lacksFiles |= call.span().ret() == -Errno.EMFILE || call.span().ret() == -Errno.ENFILE;
        }
    }

    /** Returns whether a limit on open files keeps connections in the queue, as the latest accepts show. */
    boolean lacksFiles() {
        return lacksFiles;
    }

    /**
     * Returns whether a connection that was in the queue at {@code ns} has had to wait because of a limit on open
     * files. May be called only after an accept that has returned a connection.
     */
    boolean delayedByFilesAt(long ns) {
        return ns <= lackedFilesUntilNs;
    }
}
