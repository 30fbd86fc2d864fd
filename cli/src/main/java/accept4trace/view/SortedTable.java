package accept4trace.view;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.PriorityQueue;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.jline.utils.AttributedString;
import org.jline.utils.AttributedStyle;
import org.jspecify.annotations.Nullable;

/** A table that shows the first rows in the order of one of its columns. */
final class SortedTable<R> {
    private final Theme theme;
    private final List<Column<R>> columns;
    private final int width;

    /**
     * @param width in terminal columns; the first column of a table gets the remaining width
     * @param leftAligned whether cells are left-aligned
     * @param order null if the column is not sortable
     */
    record Column<R>(
            String title,
            int width,
            AttributedStyle style,
            boolean leftAligned,
            Function<R, String> cell,
            @Nullable Comparator<R> order) {

        static <R> Column<R> name(String title, AttributedStyle style, Function<R, String> cell, Comparator<R> order) {
            return new Column<>(title, 0, style, true, cell, order);
        }

        /** Creates a column of numbers that is sorted with the highest number first. */
        static <R> Column<R> number(
                String title, int width, Function<R, String> cell, @Nullable ToDoubleFunction<R> value) {
            Comparator<R> order = value == null ? null : Comparator.comparingDouble(row -> -value.applyAsDouble(row));
            return new Column<>(title, width, AttributedStyle.DEFAULT, false, cell, order);
        }

        static <R> Column<R> bar(int width, AttributedStyle style, Function<R, String> cell) {
            return new Column<>("", width, style, true, cell, null);
        }
    }

    /** {@code columns}: from left to right. */
    SortedTable(Theme theme, List<Column<R>> columns, int width) {
        this.theme = theme;
        this.columns = columns;
        this.width = width;
    }

    /**
     * Returns at most {@code height} lines, including the title.
     *
     * @param sortedBy a counter; modulo the number of sortable columns, it is the index of the sort column
     * @param active whether the keyboard acts on this table; only then is the sort column marked
     */
    List<AttributedString> lines(List<R> rows, int height, int sortedBy, boolean reversed, boolean active) {
        List<Column<R>> sortable =
                columns.stream().filter(column -> column.order() != null).toList();
        Column<R> key = sortable.get(sortedBy % sortable.size());
        Comparator<R> ascending = Objects.requireNonNull(key.order());
        Comparator<R> order = reversed ? ascending.reversed() : ascending;
        List<AttributedString> lines = new ArrayList<>();
        lines.add(title(active ? key.title() : null, reversed));
        first(rows, order.thenComparing(columns.get(0).order()), height - 1).forEach(row -> lines.add(row(row)));
        return lines;
    }

    /** Returns the first {@code count} rows in order. Sorts only these, because there can be many others. */
    private List<R> first(List<R> rows, Comparator<R> order, int count) {
        if (count <= 0) {
            return List.of();
        }
        PriorityQueue<R> best = new PriorityQueue<>(count, order.reversed());
        for (R row : rows) {
            if (best.size() < count) {
                best.add(row);
            } else if (order.compare(row, best.peek()) < 0) {
                best.poll();
                best.add(row);
            }
        }
        List<R> sorted = new ArrayList<>(best);
        Collections.sort(sorted, order);
        return sorted;
    }

    private AttributedString title(@Nullable String sortedBy, boolean reversed) {
        String mark = theme.isUtf8() ? (reversed ? "\u25b2" : "\u25bc") : (reversed ? "^" : "v");
        String name = columns.get(0).title();
        Line line = new Line(theme).left(name + (name.equals(sortedBy) ? mark : ""), nameWidth(), theme.title());
        for (Column<R> column : columns.subList(1, columns.size())) {
            String title = column.title();
            line.right((title.equals(sortedBy) ? mark : "") + title, column.width(), theme.title());
        }
        return line.end();
    }

    private AttributedString row(R row) {
        Column<R> name = columns.get(0);
        Line line = new Line(theme).name(name.cell().apply(row), nameWidth(), name.style());
        for (Column<R> column : columns.subList(1, columns.size())) {
            String cell = column.cell().apply(row);
            if (column.leftAligned()) {
                line.spaces(1).left(cell, column.width() - 1, column.style());
            } else {
                line.right(cell, column.width(), column.style());
            }
        }
        return line.end();
    }

    private int nameWidth() {
        return width - columns.stream().mapToInt(Column::width).sum();
    }
}
