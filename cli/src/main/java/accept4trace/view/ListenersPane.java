package accept4trace.view;

import accept4trace.format.Names;
import accept4trace.text.Units;
import accept4trace.view.Snapshot.ListenerRow;
import java.util.ArrayList;
import java.util.List;
import org.jline.utils.AttributedString;

/** Shows how full the accept queues are. */
final class ListenersPane {
    private static final int RATE = 11;
    private static final int NUMBER = 7;
    private static final int GAP = 2;

    private final Theme theme;
    private final int name;
    private final int gauge;

    /** The gauge gets two fifths of the width that the numbers leave, but at most 60 columns. */
    ListenersPane(Theme theme, int width) {
        int room = width - RATE - GAP - 4 * NUMBER;
        this.theme = theme;
        this.gauge = Math.min(60, room * 2 / 5);
        this.name = room - gauge;
    }

    /** Returns at most {@code height} lines, including the title. */
    List<AttributedString> lines(Snapshot snapshot, int height) {
        List<AttributedString> lines = new ArrayList<>();
        lines.add(title(Units.count(snapshot.rows().listeners().size())
                + (snapshot.rows().otherListeners() > 0 ? "+" : "")));
        snapshot.rows().listeners().stream()
                .limit(height - 1L)
                .map(row -> row(row, snapshot.times().recentNs()))
                .forEach(lines::add);
        return lines;
    }

    private AttributedString title(String count) {
        return new Line(theme)
                .left("listener (" + count + ")", name, theme.title())
                .right("conns/s", RATE, theme.title())
                .spaces(GAP)
                .left("queue", gauge, theme.title())
                .right("last s", NUMBER, theme.title())
                .right("high", NUMBER, theme.title())
                .right("limit", NUMBER, theme.title())
                .right("drops", NUMBER, theme.title())
                .end();
    }

    private AttributedString row(ListenerRow row, long recentNs) {
        boolean known = row.high() >= 0;
        return new Line(theme)
                .left(theme.cutInside(Names.listener(row.socket(), theme.isUtf8()), name - 1), name, theme.listener())
                .right(Units.perSecond(row.recent(), recentNs), RATE)
                .spaces(GAP)
                .left(
                        known && row.limit() > 0 ? theme.gauge(row.recentHigh(), row.high(), row.limit(), gauge) : "",
                        gauge,
                        theme.bar())
                .right(known ? Units.count(row.recentHigh()) : "-", NUMBER)
                .right(
                        known ? Units.count(row.high()) : "-",
                        NUMBER,
                        theme.warning(row.high() >= row.limit() && known ? 1 : 0))
                .right(known ? Units.count(row.limit()) : "-", NUMBER)
                .right(
                        row.drops() < 0 ? "-" : Units.count(row.drops()),
                        NUMBER,
                        theme.warning(Math.max(0, row.drops())))
                .end();
    }
}
