package accept4trace.view;

import accept4trace.format.Names;
import accept4trace.summary.QueueNow;
import accept4trace.text.Units;
import accept4trace.view.Snapshot.ListenerRow;
import accept4trace.view.Snapshot.Lost;
import accept4trace.view.Snapshot.QueueLengths;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jline.utils.AttributedString;

/** Shows how full the accept queues are. */
final class ListenersPane {
    private static final int RATE = 10;
    private static final int NUMBER = 7;
    private static final int GAP = 2;
    private static final int OWNERS = 24;
    /** The smallest width with room for owners. */
    private static final int WITH_OWNERS = 120;

    private final Theme theme;
    private final int name;
    private final int owners;
    private final int gauge;
    /** Width of the column "reset"; 0 if no connection was reset. */
    private final int reset;

    /** The gauge gets two fifths of the width that the numbers leave, but at most 60 columns. */
    ListenersPane(Theme theme, int width, Snapshot snapshot) {
        this.theme = theme;
        this.owners = width < WITH_OWNERS ? 0 : OWNERS;
        this.reset =
                snapshot.rows().listeners().stream().anyMatch(row -> row.lost().hasReset()) ? NUMBER : 0;
        int room = width - owners - RATE - GAP - 5 * NUMBER - 1 - reset;
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
        Line line = new Line(theme).left("listener (" + count + ")", name, theme.title());
        line = (owners > 0 ? line.left("owners", owners, theme.title()) : line)
                .right("conns/s", RATE, theme.title())
                .spaces(GAP)
                .left("queue", gauge, theme.title())
                .right("last s", NUMBER, theme.title())
                .right("high", NUMBER, theme.title())
                .right("limit", NUMBER, theme.title())
                .right("oldest", NUMBER, theme.title())
                .right("refused", NUMBER + 1, theme.title());
        return (reset > 0 ? line.right("reset", reset, theme.title()) : line).end();
    }

    private AttributedString row(ListenerRow row, long recentNs) {
        QueueLengths queue = row.queue();
        boolean known = queue.high() >= 0;
        Line line = new Line(theme).name(Names.listener(row.socket(), theme.isUtf8()), name, theme.listener());
        if (owners > 0) {
            line.left(theme.cut(owners(row), line.room(owners - 1)), owners, theme.listener());
        }
        line.right(Units.perSecond(row.recent(), recentNs), RATE).spaces(GAP);
        String bar = known && queue.limit() > 0
                ? theme.gauge(Math.max(0, queue.recentHigh()), queue.high(), queue.limit(), line.room(gauge))
                : "";
        line = line.left(bar, gauge, theme.bar())
                .right(number(queue.recentHigh()), NUMBER)
                .right(number(queue.high()), NUMBER, theme.warning(queue.high() >= queue.limit() && known ? 1 : 0))
                .right(number(queue.limit()), NUMBER)
                .right(oldest(queue.now()), NUMBER, theme.warning(queue.now().oldestNs() >= Units.SECOND_NS ? 1 : 0))
                .right(
                        row.lost().refused(),
                        NUMBER + 1,
                        theme.warning(row.lost().hasRefused() ? 1 : 0));
        Lost lost = row.lost();
        return (reset > 0 ? line.right(lost.reset(), reset, theme.warning(lost.hasReset() ? 1 : 0)) : line).end();
    }

    private static String number(long number) {
        return number < 0 ? "-" : Units.count(number);
    }

    private String oldest(QueueNow now) {
        return now.oldestNs() < 0 ? "-" : (now.atLeast() ? ">=" : "") + Units.duration(now.oldestNs(), theme.isUtf8());
    }

    private String owners(ListenerRow row) {
        return row.owners().stream()
                .map(owner -> Names.process(owner.tgid(), owner.comm(), theme.isUtf8()))
                .collect(Collectors.joining(", "));
    }
}
