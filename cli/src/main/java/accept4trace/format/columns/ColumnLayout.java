package accept4trace.format.columns;

import java.util.ArrayList;
import java.util.List;

/**
 * The columns of a table with their widths. Columns are separated by one space.
 *
 * @param columns from left to right
 * @param limit maximum width of rows, in terminal cells; exceeded only if shortening the names in a row does not
 *     suffice
 */
public record ColumnLayout(List<Column> columns, int limit) {
    /** The narrowest terminal for which the default columns are made, in cells. */
    private static final int NARROWEST = 80;

    /** The columns for {@link #NARROWEST}. The IPv4 addresses of listener and peer fit unless both are long. */
    private static final List<Column> ALWAYS = List.of(
            new Column(Field.TIME, 12),
            new Column(Field.PROCESS, 13),
            new Column(Field.LISTENER, 12),
            new Column(Field.PEER, 21),
            new Column(Field.WAIT, 5),
            new Column(Field.QUEUE, 5),
            new Column(Field.RESULT, 6));

    /** Columns for wider terminals, the most important first. */
    private static final List<Column> FURTHER = List.of(
            new Column(Field.FLAGS, 26),
            new Column(Field.FD, 4),
            new Column(Field.TOOK, 7),
            new Column(Field.AHEAD, 5));

    /** If the terminal has cells left, columns grow to these widths, in this order. */
    private static final List<Column> GROWTH = List.of(
            new Column(Field.TIME, 15),
            new Column(Field.LISTENER, 15),
            new Column(Field.PROCESS, 16),
            new Column(Field.QUEUE, 9),
            new Column(Field.RESULT, 12),
            new Column(Field.LISTENER, 26),
            new Column(Field.PROCESS, 24),
            new Column(Field.PEER, 47));

    /** {@code width}: in terminal cells. Wider values move the next columns. */
    record Column(Field field, int width) {}

    /**
     * Returns the default columns.
     *
     * @param cells width of the terminal
     */
    public static ColumnLayout fitting(int cells) {
        int limit = Math.max(NARROWEST, cells);
        List<Column> columns = new ArrayList<>(ALWAYS);
        int remaining = limit - NARROWEST;
        for (Column further : FURTHER) {
            if (remaining <= further.width()) {
                break;
            }
            columns.add(further);
            remaining -= 1 + further.width();
        }
        for (Column grown : GROWTH) {
            remaining -= grow(columns, grown, remaining);
        }
        return new ColumnLayout(List.copyOf(columns), limit);
    }

    /** Returns the number of cells between the width of all columns and the limit. */
    int spare() {
        return limit - width(columns);
    }

    private static int width(List<Column> columns) {
        return columns.stream().mapToInt(column -> column.width() + 1).sum() - 1;
    }

    /** Widens a column, if all of the growth fits. Returns the number of cells that it has grown by. */
    private static int grow(List<Column> columns, Column grown, int room) {
        for (int i = 0; i < columns.size(); i++) {
            Column column = columns.get(i);
            int growth = grown.width() - column.width();
            if (column.field() == grown.field() && growth > 0 && growth <= room) {
                columns.set(i, grown);
                return growth;
            }
        }
        return 0;
    }

    /**
     * Returns a layout of selected columns, which keep their width on every terminal.
     *
     * @param cells width of the terminal
     */
    public static ColumnLayout of(List<Field> fields, int cells) {
        List<Column> columns =
                fields.stream().map(field -> new Column(field, field.width())).toList();
        return new ColumnLayout(columns, Math.max(width(columns), cells));
    }
}
