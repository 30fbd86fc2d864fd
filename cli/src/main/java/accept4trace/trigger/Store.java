package accept4trace.trigger;

import accept4trace.event.Losses;
import accept4trace.format.TriggerEvent;
import accept4trace.text.Text;

/** Keeps output while nothing is shown. Times are CLOCK_MONOTONIC, in nanoseconds. */
public interface Store {
    /** Called first. Everything before this time is missing. */
    void begin(long nowNs);

    /** Returns where the formatter must append. {@link #added} follows. */
    Text target(Text out);

    /** Takes what the formatter has appended for an event at this time. */
    void added(Text out, long atNs);

    /** Called after the formatter has seen counters of lost events. {@link #added} follows. */
    default void lost(Losses losses) {}

    /** Writes a trigger and what is kept of the time before it. */
    void open(Text out, TriggerEvent event);

    /** The window ends. */
    void close(Text out);
}
