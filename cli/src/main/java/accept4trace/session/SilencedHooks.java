package accept4trace.session;

import accept4trace.capture.EventSource;
import accept4trace.output.Notices;

/** Reports hooks that are attached but no longer run. Their events are missing, but no counter counts them. */
final class SilencedHooks {
    private static final String HINT =
            "set it to 1; until then, io_uring accepts, lost connections and waits of AF_UNIX sockets are missing";

    private final EventSource source;
    private final Notices notices;
    /** The last reported reason; empty while all hooks run. */
    private String reported = "";

    SilencedHooks(EventSource source, Notices notices) {
        this.source = source;
        this.notices = notices;
    }

    /** Reports a change since the last check. Takes some microseconds. */
    void check() {
        String why = source.silenced();
        if (why.equals(reported)) {
            return;
        }
        reported = why;
        if (why.isEmpty()) {
            notices.always("hooks on kernel functions are on again; events while they were off are missing");
        } else {
            notices.failure("hooks on kernel functions are off: " + why, HINT);
        }
    }
}
