package accept4trace.view;

import accept4trace.text.Text;
import accept4trace.text.Units;
import java.util.ArrayList;
import java.util.List;
import org.jline.utils.AttributedString;

/** Lays out the whole screen: as many lines as it has rows, none longer than its width. */
public final class Frame {
    /** Width of the smallest supported terminal. */
    public static final int MIN_COLUMNS = 80;

    public static final int MIN_ROWS = 24;

    private static final int GAP = 2;
    /** Height of the upper panes: three lines of durations and six bars. */
    private static final int UPPER_PANES = 9;

    private static final int WAIT_PANE = 41;
    private static final int MAX_LISTENERS_OF_ROWS = 8;
    /** The smallest width with room for both tables. */
    private static final int BOTH_TABLES = 160;

    private static final long SECOND_NS = 1_000_000_000L;

    private final Theme theme;
    private final String subject;
    private final String hooks;

    /** {@code subject}: what is traced; {@code hooks}: the hooks in use. */
    public Frame(Text.Style style, String subject, String hooks) {
        this.theme = new Theme(style);
        this.subject = subject;
        this.hooks = hooks;
    }

    List<AttributedString> lines(Snapshot snapshot, Controls controls, int columns, int rows) {
        if (columns < MIN_COLUMNS || rows < MIN_ROWS) {
            return tooSmall(columns, rows);
        }
        List<AttributedString> lines = new ArrayList<>(heading(snapshot, controls, columns));
        lines.addAll(controls.showsHelp() ? HelpPage.lines(theme) : panes(snapshot, controls, columns, rows));
        while (lines.size() < rows - 1) {
            lines.add(AttributedString.EMPTY);
        }
        lines.add(keyLine());
        lines.replaceAll(line -> fit(line, columns));
        return lines;
    }

    /**
     * Cuts a line off at the width of the screen, because a long IP address can push the last numbers of a row beyond
     * it.
     */
    private static AttributedString fit(AttributedString line, int columns) {
        return line.columnLength() <= columns ? line : line.columnSubSequence(0, columns);
    }

    private static List<AttributedString> tooSmall(int columns, int rows) {
        List<AttributedString> lines = new ArrayList<>();
        String text = "terminal too small: " + columns + "x" + rows + ", needs " + MIN_COLUMNS + "x" + MIN_ROWS;
        lines.add(new AttributedString(text).columnSubSequence(0, Math.max(0, columns)));
        while (lines.size() < rows) {
            lines.add(AttributedString.EMPTY);
        }
        return lines;
    }

    private List<AttributedString> heading(Snapshot snapshot, Controls controls, int columns) {
        String right = hooks + "  " + clock(snapshot.times().elapsedNs());
        int room = columns - right.length() - GAP;
        return List.of(
                new Line(theme)
                        .left(subject, room, theme.title())
                        .spaces(GAP)
                        .add(right)
                        .end(),
                totals(snapshot, controls),
                message(snapshot, columns));
    }

    private AttributedString totals(Snapshot snapshot, Controls controls) {
        long lost = snapshot.losses().events();
        Line line = new Line(theme)
                .add(Units.plural(snapshot.whole().calls(), "call", "calls"))
                .add(" ("
                        + Units.perSecond(
                                snapshot.recent().calls(), snapshot.times().recentNs()) + "), ")
                .add(Units.plural(snapshot.whole().connections(), "connection", "connections") + ", ")
                .add(Units.count(snapshot.whole().empty()) + " empty, ")
                .add(Units.plural(snapshot.whole().errors(), "error", "errors") + ", ")
                .add(Units.count(lost) + " lost", theme.warning(lost));
        if (controls.isPaused()) {
            line.spaces(GAP).add(" paused ", theme.marked());
        }
        return line.end();
    }

    private AttributedString message(Snapshot snapshot, int columns) {
        return new Line(theme)
                .add(
                        theme.cut(snapshot.message(), columns),
                        theme.warning(snapshot.message().length()))
                .end();
    }

    private List<AttributedString> panes(Snapshot snapshot, Controls controls, int columns, int rows) {
        int waits = Math.max(WAIT_PANE, (columns - GAP) / 2);
        int rates = columns - GAP - waits;
        List<AttributedString> lines = new ArrayList<>(Line.sideBySide(
                new RatesPane(theme, rates, UPPER_PANES).lines(snapshot),
                rates + GAP,
                new WaitPane(theme, waits).lines(snapshot),
                theme));
        lines.add(AttributedString.EMPTY);
        lines.addAll(new ListenersPane(theme, columns, snapshot).lines(snapshot, 1 + rows / MAX_LISTENERS_OF_ROWS));
        lines.add(AttributedString.EMPTY);
        /* The heading takes 3 lines; a blank line and the key line take 2. */
        lines.addAll(tables(snapshot, controls, columns, rows - 3 - lines.size() - 2));
        return lines;
    }

    private List<AttributedString> tables(Snapshot snapshot, Controls controls, int columns, int height) {
        if (columns < BOTH_TABLES) {
            return table(snapshot, controls, controls.table(), columns, height);
        }
        int half = (columns - 2 * GAP) / 2;
        return Line.sideBySide(
                table(snapshot, controls, 0, half, height),
                half + 2 * GAP,
                table(snapshot, controls, 1, half, height),
                theme);
    }

    private List<AttributedString> table(Snapshot snapshot, Controls controls, int table, int width, int height) {
        Tables tables = new Tables(theme, snapshot);
        boolean active = controls.table() == table;
        int sortedBy = controls.sortedBy(table);
        boolean reversed = controls.isReversed(table);
        return table == 0
                ? tables.peers(width).lines(snapshot.rows().peers(), height, sortedBy, reversed, active)
                : tables.workers(width).lines(snapshot.rows().workers(), height, sortedBy, reversed, active);
    }

    private AttributedString keyLine() {
        Line line = new Line(theme);
        for (Key key : Key.values()) {
            if (!key.word().isEmpty()) {
                line.add(" " + key.label() + " ", theme.marked()).add(" " + key.word() + "  ");
            }
        }
        return line.end();
    }

    private static String clock(long ns) {
        long seconds = ns / SECOND_NS;
        return String.format("%d:%02d:%02d", seconds / 3600, seconds / 60 % 60, seconds % 60);
    }
}
