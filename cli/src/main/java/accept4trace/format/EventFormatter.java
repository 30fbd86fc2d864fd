package accept4trace.format;

import accept4trace.event.AcceptEvent;
import accept4trace.event.ProcessExit;
import accept4trace.event.RelatedCall;

/** Turns events into output. */
public interface EventFormatter {
    /** Appends the event, line end included. */
    void format(Text out, AcceptEvent event);

    void format(Text out, RelatedCall call);

    void format(Text out, ProcessExit exit);
}
