package accept4trace.session;

import accept4trace.capture.EventSource;
import accept4trace.output.Notices;

/** Reports hooks that are attached but no longer run. Their events are missing, but no counter counts them. */
final class SilencedHooks {
    private static final String HINT =
            "until it is 1 again, accepts by io_uring, lost connections and waits of AF_UNIX connections are missing";

    private final EventSource source;
    private final Notices notices;
    /** The last reported reason; empty while all hooks run. */
    private String reported = "";

    SilencedHooks(EventSource source, Notices notices) {
        this.source = source;
        this.notices = notices;
    }

    /** Takes some microseconds. */
    void check() {
        String why = source.silenced();
        if (why.equals(reported)) {
            return;
        }
        reported = why;
        if (why.isEmpty()) {
            notices.always("hooks run again; their events in the meantime are missing");
        } else {
            notices.failure("hooks on kernel functions are off: " + why, HINT);
        }
    }
}
