package accept4trace.bench;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A table of measurements. Each cell has the median and the extremes of its rounds. */
final class Results {
    private final String title;
    private final Set<String> columns = new LinkedHashSet<>();
    private final Map<String, Map<String, Samples>> rows = new LinkedHashMap<>();

    Results(String title) {
        this.title = title;
    }

    /** Adds a value to a cell. Rows and columns are in the order in which they were first added. */
    void add(String row, String column, double value) {
        columns.add(column);
        rows.computeIfAbsent(row, key -> new LinkedHashMap<>())
                .computeIfAbsent(column, key -> new Samples())
                .add(value);
    }

    /** Returns the measurements of a cell so far; may be empty. */
    private Samples at(String row, String column) {
        return rows.getOrDefault(row, Map.of()).getOrDefault(column, new Samples());
    }

    /** Prints the table, or nothing if there are no measurements. */
    void print(PrintStream out) {
        if (rows.isEmpty()) {
            return;
        }
        List<List<String>> cells = cells();
        out.printf("%n%s%n", title);
        for (List<String> row : cells) {
            StringBuilder line = new StringBuilder();
            for (int column = 0; column < row.size(); column++) {
                int width = width(cells, column);
                line.append(String.format(column == 0 ? "%-" + width + "s" : "  %" + width + "s", row.get(column)));
            }
            out.println(line.toString().stripTrailing());
        }
    }

    private List<List<String>> cells() {
        List<List<String>> cells = new ArrayList<>();
        List<String> heads = new ArrayList<>(List.of(""));
        heads.addAll(columns);
        cells.add(heads);
        rows.forEach((name, row) -> {
            List<String> line = new ArrayList<>(List.of(name));
            columns.forEach(column -> line.add(at(name, column).text()));
            cells.add(line);
        });
        return cells;
    }

    private static int width(List<List<String>> cells, int column) {
        return cells.stream().mapToInt(row -> row.get(column).length()).max().orElse(1);
    }
}
