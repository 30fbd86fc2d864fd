package accept4trace.diagnose;

import accept4trace.event.KernelSocket;
import accept4trace.format.Names;
import accept4trace.summary.Latency;
import accept4trace.text.Units;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Searches the observations for one kind of problem. */
interface Check {
    int SHOWN = 4;

    int COSTLY_PER_SECOND = 100;

    /** {@code durationNs}: the duration of the observation. */
    List<Finding> findings(Observations seen, long durationNs);

    /** Returns a name such as nginx[1234]. */
    static String name(int tgid, @Nullable ObservedProcess process) {
        return (process == null ? "" : Names.comm(process.comm)) + "[" + tgid + "]";
    }

    /** Returns a name such as nginx[1234/1235] for a thread. */
    static String name(int tgid, int tid, @Nullable ObservedProcess process) {
        return (process == null ? "" : Names.comm(process.comm)) + "[" + tgid + "/" + tid + "]";
    }

    static String name(KernelSocket listener) {
        return Names.boundAddress(listener);
    }

    /** Lists only the first few names, because a finding is one line. */
    static String list(Collection<String> names) {
        return Units.firstOf(names, SHOWN);
    }

    static String percent(long part, long whole) {
        return String.format(Locale.ROOT, "%d%%", whole == 0 ? 0 : Math.round(100.0 * part / whole));
    }

    /** Returns whether {@code part} is at least {@code percent} of {@code whole}; false if {@code whole} is 0. */
    static boolean isShare(long part, long whole, long percent) {
        return whole > 0 && 100 * part >= percent * whole;
    }

    /**
     * Returns whether events are frequent enough to cost something (100 a second). Less frequent waste is only a note.
     */
    static boolean isCostly(long count, long durationNs) {
        return count * Units.SECOND_NS >= COSTLY_PER_SECOND * durationNs;
    }

    /** {@code utf8}: whether the text can contain characters other than ASCII. */
    static String percentiles(Latency waits, boolean utf8) {
        return waits.count() == 0
                ? "unknown"
                : "p50 " + waits.percentileText(50, utf8) + ", p99 " + waits.percentileText(99, utf8);
    }
}
