package accept4trace.text;

import java.util.Collection;
import java.util.Locale;
import java.util.stream.Collectors;

/** Numbers as people read them; for tables, never for lines. */
public final class Units {
    private static final long MICRO = 1000;
    private static final long MILLI = 1000 * MICRO;
    private static final long SECOND = 1000 * MILLI;
    /** Nanoseconds in a second. */
    public static final long SECOND_NS = SECOND;

    private static final long MINUTE = 60 * SECOND;
    private static final long HOUR = 60 * MINUTE;

    private Units() {}

    /** Two or three digits and a unit: 38us, 1.2ms, 251ms, 12s, 17min, 28h. */
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

    /** As it would be shown: 999.6us are 1.0ms. */
    private static long rounded(long nanos, long unit) {
        return Math.round((double) nanos / unit);
    }

    private static String scaled(long nanos, long unit, String name) {
        double value = (double) nanos / unit;
        return String.format(Locale.ROOT, value < 9.95 ? "%.1f%s" : "%.0f%s", value, name);
    }

    /** With commas between thousands. */
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

    /** As "a, b and 3 more". */
    public static String firstOf(Collection<String> names, int shown) {
        String first = names.stream().limit(shown).collect(Collectors.joining(", "));
        return names.size() > shown ? first + " and " + (names.size() - shown) + " more" : first;
    }

    public static String plural(long number, String singular, String plural) {
        return count(number) + " " + (number == 1 ? singular : plural);
    }
}
