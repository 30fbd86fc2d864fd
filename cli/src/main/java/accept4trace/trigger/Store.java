package accept4trace.trigger;

import accept4trace.event.Losses;
import accept4trace.event.TriggerEvent;
import accept4trace.text.Text;

/**
 * Keeps output until a trigger opens a window, i.e. the period of time around the trigger that is shown. Times are
 * CLOCK_MONOTONIC, in nanoseconds.
 */
public interface Store {
    /** Called first. Everything before this time is missing. */
    void begin(long nowNs);

    /**
     * Returns the text to which the formatter must append. {@link #added} is called next, except for the bytes of a
     * record, and for text that is dropped because no window is open at the end of the trace.
     */
    Text target(Text out);

    /** Takes what the formatter has appended for an event at this time. */
    void added(Text out, long atNs);

    /** Called after the formatter has seen counters of lost events. {@link #added} is called next. */
    default void lost(Losses losses) {}

    /** Opens a window: writes the trigger, and then what is kept of the time before it. */
    void open(Text out, TriggerEvent event);

    /** Called when the window ends. */
    void close(Text out);
}
