package accept4trace.text;

import java.util.ArrayList;
import java.util.List;

/** A table with titles. The first column and a last column of text are left-aligned, all others right-aligned. */
public final class Table {
    private static final int GAP = 2;

    private final List<String[]> rows = new ArrayList<>();
    private boolean lastIsText;

    public Table(String... titles) {
        rows.add(titles);
    }

    /** Aligns the last column on the left. */
    public Table lastIsText() {
        lastIsText = true;
        return this;
    }

    public Table row(String... cells) {
        rows.add(cells);
        return this;
    }

    public boolean isEmpty() {
        return rows.size() == 1;
    }

    public void append(Text out) {
        int[] widths = new int[rows.get(0).length];
        for (String[] row : rows) {
            for (int i = 0; i < row.length; i++) {
                widths[i] = Math.max(widths[i], CellWidth.of(row[i]));
            }
        }
        rows.forEach(row -> append(out, row, widths));
    }

    private void append(Text out, String[] row, int[] widths) {
        for (int i = 0; i < row.length; i++) {
            int missing = widths[i] - CellWidth.of(row[i]);
            if (i == 0) {
                out.utf8(row[i]);
                out.spaces(row.length > 1 ? missing : 0);
            } else if (lastIsText && i == row.length - 1) {
                out.spaces(row[i].isEmpty() ? 0 : GAP).utf8(row[i]);
            } else {
                out.spaces(GAP + missing).utf8(row[i]);
            }
        }
        out.add('\n');
    }
}
