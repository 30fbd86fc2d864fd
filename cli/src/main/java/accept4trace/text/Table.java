package accept4trace.text;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** A table with titles. The first column and a last column of text are left-aligned, all others right-aligned. */
public final class Table {
    private static final int GAP = 2;
    /** Names in the first column keep this width in any case. */
    private static final int NARROWEST_NAMES = 32;

    private final List<String[]> rows = new ArrayList<>();
    private boolean lastIsText;
    private int cells = Integer.MAX_VALUE;

    public Table(String... titles) {
        rows.add(titles);
    }

    /** Aligns the last column on the left. */
    public Table lastIsText() {
        lastIsText = true;
        return this;
    }

    /**
     * Shortens names in the first column if the table would be wider than {@code width} terminal cells. The table can
     * remain wider, because only some names can be shortened: see {@link Shortening}.
     */
    public Table fitting(int width) {
        cells = width;
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
        shortenNames(widths, out.isUtf8());
        rows.forEach(row -> append(out, row, widths));
    }

    private void shortenNames(int[] widths, boolean utf8) {
        int total = IntStream.of(widths).sum() + GAP * (widths.length - 1);
        if (total <= cells) {
            return;
        }
        int room = Math.max(NARROWEST_NAMES, widths[0] - (total - cells));
        widths[0] = 0;
        for (String[] row : rows) {
            row[0] = Shortening.name(row[0], room, utf8);
            widths[0] = Math.max(widths[0], CellWidth.of(row[0]));
        }
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
