package accept4trace.format;

import accept4trace.event.AcceptEvent;
import accept4trace.event.ProcessExit;

/** Turns events into output. */
public interface EventFormatter {
    /** Appends the event, line end included. */
    void format(Text out, AcceptEvent event);

    void format(Text out, ProcessExit exit);
}
