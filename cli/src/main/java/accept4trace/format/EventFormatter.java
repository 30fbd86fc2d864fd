package accept4trace.format;

import accept4trace.event.AcceptEvent;

/** Turns events into output. */
public interface EventFormatter {
    /** Appends the event, line end included. */
    void format(Text out, AcceptEvent event);
}
