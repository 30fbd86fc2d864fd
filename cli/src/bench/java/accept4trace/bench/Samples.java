package accept4trace.bench;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/** Measurements of the same quantity, one per round. */
final class Samples {
    private final List<Double> values = new ArrayList<>();

    void add(double value) {
        values.add(value);
    }

    /** Returns the median; for an even number of rounds, the upper of the two middle values. */
    double median() {
        return values.stream().sorted().toList().get(values.size() / 2);
    }

    private double max() {
        return Collections.max(values);
    }

    /** Returns median and extremes, e.g. "0.93 (0.91..0.95)". */
    String text() {
        if (values.isEmpty()) {
            return "-";
        }
        return values.size() == 1
                ? text(median())
                : text(median()) + " (" + text(Collections.min(values)) + ".." + text(max()) + ")";
    }

    /** Formats a number; smaller numbers have more decimals. */
    static String text(double value) {
        double size = Math.abs(value);
        return String.format(
                        Locale.ROOT,
                        size < 10 && size != Math.rint(size) ? "%.2f" : size < 100 ? "%.1f" : "%,.0f",
                        value)
                .replaceAll("\\.0$", "");
    }
}
