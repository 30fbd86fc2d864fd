package accept4trace.diagnose;

import accept4trace.event.KernelSocket;
import accept4trace.format.Names;
import accept4trace.summary.Latency;
import accept4trace.text.Units;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Looks for one kind of trouble in what was observed. */
interface Check {
    int SHOWN = 4;

    /** {@code durationNs}: for how long it was observed. */
    List<Finding> findings(Observations seen, long durationNs);

    /** As nginx[1234]. */
    static String name(int tgid, @Nullable ObservedProcess process) {
        return (process == null ? "" : Names.comm(process.comm)) + "[" + tgid + "]";
    }

    static String name(KernelSocket listener) {
        return Names.boundAddress(listener);
    }

    /** Of many, the first few: a finding is a line. */
    static String list(Collection<String> names) {
        return Units.firstOf(names, SHOWN);
    }

    static String percent(long part, long whole) {
        return String.format(Locale.ROOT, "%d%%", whole == 0 ? 0 : Math.round(100.0 * part / whole));
    }

    /** At least so many percent; of nothing no share is large. */
    static boolean isShare(long part, long whole, long percent) {
        return whole > 0 && 100 * part >= percent * whole;
    }

    static String percentiles(Latency waits) {
        return waits.count() == 0
                ? "unknown"
                : "p50 " + waits.percentileText(50, false) + ", p99 " + waits.percentileText(99, false);
    }
}
