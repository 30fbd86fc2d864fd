package accept4trace.view;

import accept4trace.text.Errno;
import accept4trace.text.Units;
import accept4trace.view.Snapshot.ErrorRow;
import java.util.ArrayList;
import java.util.List;
import org.jline.utils.AttributedString;
import org.jline.utils.AttributedStyle;

/** Shows the rate of each second, and the errors. */
final class RatesPane {
    private static final int LABEL = 8;
    private static final int RATE = 11;
    private static final int TOTAL = 11;
    private static final int SHARE = 7;
    /** Four rates, a blank line and the titles. */
    private static final int LINES_ABOVE_ERRORS = 6;

    private final Theme theme;
    private final int width;
    private final int height;

    RatesPane(Theme theme, int width, int height) {
        this.theme = theme;
        this.width = width;
        this.height = height;
    }

    List<AttributedString> lines(Snapshot snapshot) {
        List<AttributedString> lines = new ArrayList<>();
        lines.add(rate(
                "calls", snapshot.recent().calls(), snapshot, snapshot.rates().calls(), theme.bar()));
        lines.add(rate(
                "conns",
                snapshot.recent().connections(),
                snapshot,
                snapshot.rates().connections(),
                theme.peer()));
        lines.add(rate(
                "empty", snapshot.recent().empty(), snapshot, snapshot.rates().empty(), theme.bar()));
        lines.add(rate(
                "errors", snapshot.recent().errors(), snapshot, snapshot.rates().errors(), theme.error()));
        lines.add(AttributedString.EMPTY);
        lines.add(title());
        snapshot.rows().errors().stream()
                .limit(height - LINES_ABOVE_ERRORS)
                .map(row -> error(row, snapshot))
                .forEach(lines::add);
        if (snapshot.rows().errors().isEmpty()) {
            lines.add(new Line(theme).add("none").end());
        }
        return lines;
    }

    private AttributedString rate(String name, long count, Snapshot snapshot, double[] history, AttributedStyle style) {
        return new Line(theme)
                .left(name, LABEL, theme.title())
                .right(Units.perSecond(count, snapshot.times().recentNs()), RATE)
                .spaces(1)
                .add(theme.sparkline(history, width - LABEL - RATE - 1), style)
                .end();
    }

    private AttributedString title() {
        return new Line(theme)
                .left("error", LABEL, theme.title())
                .right("last s", RATE, theme.title())
                .right("total", TOTAL, theme.title())
                .right("share", SHARE, theme.title())
                .end();
    }

    private AttributedString error(ErrorRow row, Snapshot snapshot) {
        String name = Errno.name(row.errno());
        return new Line(theme)
                .left(name, Math.max(LABEL, name.length() + 1), theme.error())
                .right(
                        Units.perSecond(row.recent(), snapshot.times().recentNs()),
                        RATE - Math.max(0, name.length() + 1 - LABEL))
                .right(Units.count(row.count()), TOTAL)
                .right(Units.share(row.count(), row.of()), SHARE)
                .end();
    }
}
