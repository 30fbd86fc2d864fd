package accept4trace.diagnose;

import accept4trace.event.AcceptCall;
import accept4trace.text.Errno;

/** Whether accepts fail because of a limit on open files, so that connections stay in the queue. */
final class FileShortage {
    private boolean lasts;
    /** When the latest shortage ended, CLOCK_MONOTONIC. */
    private long untilNs = Long.MIN_VALUE;

    /** Adds the result of the next accept. */
    void add(AcceptCall call) {
        if (call.isConnection() || call.isEmpty()) {
            untilNs = lasts ? call.span().exitNs() : untilNs;
            lasts = false;
        } else {
            lasts |= call.span().ret() == -Errno.EMFILE || call.span().ret() == -Errno.ENFILE;
        }
    }

    /** Returns whether the latest accepts have failed for this reason. */
    boolean lasts() {
        return lasts;
    }

    /**
     * Returns whether a connection that was in a queue at {@code ns} had to wait for this reason. May be called only
     * after an accept that has returned a connection.
     */
    boolean delayedAt(long ns) {
        return ns <= untilNs;
    }
}
