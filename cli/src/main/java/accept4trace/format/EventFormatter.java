package accept4trace.format;

import accept4trace.event.Call;
import accept4trace.event.Closing;
import accept4trace.event.GivenUp;
import accept4trace.event.Losses;
import accept4trace.event.ProcessExit;
import accept4trace.event.RefusedAttempt;
import accept4trace.event.RefusedUnixClient;
import accept4trace.event.TriggerEvent;
import accept4trace.summary.Run;
import accept4trace.text.Text;
import java.nio.ByteBuffer;

/** Formats events as output. */
public interface EventFormatter {
    /** Called after each poll, before its events. */
    default void polled(Text out, long nowNs) {}

    /**
     * Passes the bytes of the next event. {@link #format} follows immediately, if the event has a line.
     *
     * @param batch in native byte order, valid until the next poll
     * @param at index of the record in the batch
     * @param size size of the record in bytes
     */
    default void record(Text out, ByteBuffer batch, int at, int size) {}

    /** Appends a call, including the end of its line. */
    void format(Text out, Call call);

    void format(Text out, ProcessExit exit);

    /** Appends a connection that a listener has refused. A format without such records appends nothing. */
    default void format(Text out, RefusedAttempt attempt) {}

    /** Appends an AF_UNIX client that a listener has refused. A format without such records appends nothing. */
    default void format(Text out, RefusedUnixClient client) {}

    /** Appends the end of a listener. A format without such records appends nothing. */
    default void format(Text out, Closing closing) {}

    /** Appends a client that has reset its connection before the accept. */
    default void format(Text out, GivenUp client) {}

    /**
     * Appends a record of lost events. A format without such records appends nothing, because a notice reports the
     * loss.
     *
     * @param losses counters since the start
     * @param atNs CLOCK_MONOTONIC, as in all methods here
     */
    default void lost(Text out, Losses losses, long atNs) {}

    /** Appends a notice that is also printed to stderr. */
    default void notice(Text out, String line, long atNs) {}

    /** Called at the start, then at least once per second. */
    default void tick(Text out, long nowNs) {}

    /** Called at least once per second. Everything that happened before {@code sinceNs} has been formatted by then. */
    default void drained(Text out, long sinceNs) {}

    /** Appends the lines that were held back so far. */
    default void flush(Text out) {}

    /**
     * Appends the line that names columns, if the format has one. Without this call, the formatter adds the line itself
     * before its first row.
     */
    default void heading(Text out) {}

    /** Appends the line for a trigger. The events that were kept from before the trigger follow it. */
    default void trigger(Text out, TriggerEvent event) {
        out.add("--- ").add(event.text()).add(" ---").add('\n');
    }

    /** Appends the results of an interval at its end. */
    default void interval(Text out, Run run, long atNs) {}

    /** Appends the results of the run at its end. */
    default void summary(Text out, Run run, long atNs) {}
}
