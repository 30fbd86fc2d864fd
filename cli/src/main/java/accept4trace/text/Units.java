package accept4trace.text;

import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Formats rounded, human-readable numbers. Lines of calls have exact values instead. */
public final class Units {
    private static final long MICRO = 1000;
    private static final long MILLI = 1000 * MICRO;
    private static final long SECOND = 1000 * MILLI;
    /** Nanoseconds in a second. */
    public static final long SECOND_NS = SECOND;

    private static final long MINUTE = 60 * SECOND;
    private static final long HOUR = 60 * MINUTE;

    private Units() {}

    /** Returns a duration with two or three digits and a unit: 38us, 1.2ms, 251ms, 12s, 17min, 28h. */
    public static String duration(long nanos, boolean utf8) {
        if (rounded(nanos, MICRO) < 1000) {
            return scaled(nanos, MICRO, utf8 ? "\u00b5s" : "us");
        }
        if (rounded(nanos, MILLI) < 1000) {
            return scaled(nanos, MILLI, "ms");
        }
        if (rounded(nanos, SECOND) < 1000) {
            return scaled(nanos, SECOND, "s");
        }
        return rounded(nanos, MINUTE) < 1000 ? scaled(nanos, MINUTE, "min") : scaled(nanos, HOUR, "h");
    }

    /** Rounds before the unit is chosen, so that 999.6us becomes 1.0ms. */
    private static long rounded(long nanos, long unit) {
        return Math.round((double) nanos / unit);
    }

    private static String scaled(long nanos, long unit, String name) {
        double value = (double) nanos / unit;
        return String.format(Locale.ROOT, value < 9.95 ? "%.1f%s" : "%.0f%s", value, name);
    }

    /** Returns a number with commas between thousands. */
    public static String count(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    public static String perSecond(long number, long durationNs) {
        double rate = durationNs <= 0 ? 0 : number * (double) SECOND / durationNs;
        return (rate < 9.95 ? String.format(Locale.ROOT, "%.1f", rate) : count(Math.round(rate))) + "/s";
    }

    public static String share(long part, long whole) {
        return String.format(Locale.ROOT, "%.1f%%", whole == 0 ? 0.0 : 100.0 * part / whole);
    }

    /** Returns e.g. "a, b and 3 more", with the first {@code shown} names. */
    public static String firstOf(Collection<String> names, int shown) {
        String first = names.stream().limit(shown).collect(Collectors.joining(", "));
        return names.size() > shown ? first + " and " + (names.size() - shown) + " more" : first;
    }

    /** Returns e.g. "a, b and c". */
    public static String list(List<String> names) {
        return joined(names, " and ");
    }

    /** Returns e.g. "a, b or c". */
    public static String alternatives(List<String> names) {
        return joined(names, " or ");
    }

    private static String joined(List<String> names, String beforeLast) {
        int last = names.size() - 1;
        return last <= 0
                ? String.join("", names)
                : String.join(", ", names.subList(0, last)) + beforeLast + names.get(last);
    }

    public static String plural(long number, String singular, String plural) {
        return count(number) + " " + (number == 1 ? singular : plural);
    }
}
