package accept4trace.live;

import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A row of the first table of the summary; {@code longest} is from the table of percentiles. */
record CallRow(String name, double seconds, long average, long calls, long errors, double longest) {
    private static final Pattern ROW = Pattern.compile(" *[\\d.]+ +([\\d.]+) +(\\d+) +(\\d+) (.{9}) .{9} (\\w+)");
    private static final Pattern TIME = Pattern.compile("in (\\w+) .* ([\\d.]+)(ns|us|\u00b5s|ms|s)");
    private static final Map<String, Double> UNITS =
            Map.of("ns", 1e-9, "us", 1e-6, "\u00b5s", 1e-6, "ms", 1e-3, "s", 1.0);

    /** Parses all rows except the total. */
    static List<CallRow> parse(List<String> summary) {
        return summary.stream()
                .map(ROW::matcher)
                .filter(Matcher::matches)
                .filter(row -> !row.group(5).equals("total"))
                .map(row -> of(row, longest(summary, row.group(5))))
                .toList();
    }

    private static CallRow of(Matcher row, double longest) {
        String errors = row.group(4).strip();
        return new CallRow(
                row.group(5),
                Double.parseDouble(row.group(1)),
                Long.parseLong(row.group(2)),
                Long.parseLong(row.group(3)),
                errors.isEmpty() ? 0 : Long.parseLong(errors),
                longest);
    }

    private static double longest(List<String> summary, String name) {
        return summary.stream()
                .map(TIME::matcher)
                .filter(Matcher::matches)
                .filter(time -> time.group(1).equals(name))
                .mapToDouble(time -> Double.parseDouble(time.group(2)) * UNITS.get(time.group(3)))
                .findFirst()
                .orElseThrow();
    }
}
