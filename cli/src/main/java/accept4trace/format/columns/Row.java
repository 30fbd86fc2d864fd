package accept4trace.format.columns;

import accept4trace.format.columns.ColumnLayout.Column;
import accept4trace.text.CellWidth;
import accept4trace.text.Shortening;
import accept4trace.text.Text;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A row of a table, reused for each call. A value that is too wide for its column pushes the next values to the right.
 * Values that are narrower than their columns make up for that, so the rest of the row is aligned again.
 */
final class Row {
    /** The last character of an AF_UNIX name. */
    private static final String SOCKET_END = "\"";

    /** The last character of a process name with its id, e.g. nginx[12]. */
    private static final String PROCESS_END = "]";

    private final ColumnLayout layout;
    private final int[] ends;
    private final int[] widths;
    private final int[] latest;
    private final @Nullable String[] shortened;
    private Text values = new Text();

    /** Appends the value of a column. */
    interface Values {
        void append(Text out, Column column);
    }

    Row(ColumnLayout layout) {
        int count = layout.columns().size();
        this.layout = layout;
        this.ends = new int[count];
        this.widths = new int[count];
        this.latest = new int[count];
        this.shortened = new String[count];
    }

    void append(Text out, Values row) {
        if (values.isUtf8() != out.isUtf8()) {
            values = new Text(new Text.Style(out.isUtf8(), false));
        }
        read(row);
        findLatest();
        place(out);
    }

    private void read(Values row) {
        List<Column> columns = layout.columns();
        values.clear();
        int cells = 0;
        for (int i = 0; i < columns.size(); i++) {
            row.append(values, columns.get(i));
            ends[i] = values.length();
            widths[i] = values.column() - cells;
            cells += widths[i];
            shortened[i] = null;
        }
        fitSocketNames();
        shorten(0, widths.length, SOCKET_END, excess());
        shorten(0, widths.length, PROCESS_END, excess());
    }

    /** Returns the number of cells by which the row exceeds the limit; not positive if it fits. */
    private int excess() {
        return IntStream.of(widths).sum() + widths.length - 1 - layout.limit();
    }

    /** Returns the number of cells by which a value exceeds its column; negative if there is space left. */
    private int excess(int column) {
        return widths[column] - layout.columns().get(column).width();
    }

    /**
     * Shortens AF_UNIX names so that the columns behind them are aligned. A name can use the cells that the adjacent
     * column of sockets does not need, and the cells of the terminal that no column takes.
     */
    private void fitSocketNames() {
        for (int from = 0; from < widths.length; from++) {
            int to = from;
            int excess = (from == 0 ? 0 : Math.max(0, excess(from - 1))) - layout.spare();
            while (to < widths.length && isSocket(to)) {
                excess += excess(to);
                to++;
            }
            shorten(from, to, SOCKET_END, excess);
            from = to;
        }
    }

    /**
     * Shortens names in the columns {@code [from, to)}.
     *
     * @param end last character of the names to shorten
     * @param excess number of cells by which the names are too wide
     */
    private void shorten(int from, int to, String end, int excess) {
        int remaining = excess;
        for (int i = from; i < to && remaining > 0; i++) {
            String value = shortened[i];
            if (value == null) {
                value = values.part(i == 0 ? 0 : ends[i - 1], ends[i]);
            }
            if ((isSocket(i) || layout.columns().get(i).field() == Field.PROCESS) && value.endsWith(end)) {
                shortened[i] = Shortening.name(value, widths[i] - remaining, values.isUtf8());
                int width = CellWidth.of(shortened[i]);
                remaining -= widths[i] - width;
                widths[i] = width;
            }
        }
    }

    private boolean isSocket(int column) {
        Field field = layout.columns().get(column).field();
        return field == Field.LISTENER || field == Field.PEER;
    }

    /** Finds the rightmost cell at which each value can start so that the row does not exceed the limit. */
    private void findLatest() {
        int end = layout.limit();
        for (int i = widths.length - 1; i >= 0; i--) {
            latest[i] = end - widths[i];
            end = latest[i] - 1;
        }
    }

    private void place(Text out) {
        int column = 0;
        int at = 0;
        for (int i = 0; i < widths.length; i++) {
            int start = Math.max(i == 0 ? 0 : at + 1, Math.min(column, latest[i]));
            out.spaces(start - at);
            String name = shortened[i];
            if (name == null) {
                out.add(values, i == 0 ? 0 : ends[i - 1], ends[i]);
            } else {
                out.utf8(name);
            }
            at = start + widths[i];
            column += layout.columns().get(i).width() + 1;
        }
        out.add('\n');
    }
}
