package accept4trace.diagnose;

import accept4trace.event.AcceptCall;
import accept4trace.text.Errno;

/** Whether accepts fail because of a limit on open files, so that connections stay in the queue. */
final class FileShortage {
    private boolean lasts;

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

    /** Returns whether the latest accepts have failed because of the limit. */
    boolean lasts() {
        return lasts;
    }

    /**
     * Returns when the latest shortage ended, CLOCK_MONOTONIC; Long.MIN_VALUE if none has ended. A connection that was
     * in a queue before had to wait because of the limit.
     */
    long untilNs() {
        return untilNs;
    }
}
