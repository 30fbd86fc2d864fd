package accept4trace.format;

import accept4trace.event.Call;
import accept4trace.event.Losses;
import accept4trace.event.ProcessExit;
import accept4trace.summary.Run;
import accept4trace.text.Text;

/** Turns events into output. */
public interface EventFormatter {
    /** Appends the call, line end included. */
    void format(Text out, Call call);

    void format(Text out, ProcessExit exit);

    /** Events have been lost, all so far; times are CLOCK_MONOTONIC. Formats without such a record leave it to stderr. */
    default void lost(Text out, Losses losses, long atNs) {}

    /** What is told on stderr as well. */
    default void notice(Text out, String line, long atNs) {}

    /** Time goes by: at least once a second. */
    default void tick(Text out, long nowNs) {}

    /** The end of an interval of the run. */
    default void interval(Text out, Run run, long atNs) {}

    /** The end of the run. */
    default void summary(Text out, Run run, long atNs) {}
}
