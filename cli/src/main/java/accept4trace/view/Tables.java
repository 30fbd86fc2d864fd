package accept4trace.view;

import accept4trace.format.Names;
import accept4trace.text.Units;
import accept4trace.view.Snapshot.PeerRow;
import accept4trace.view.Snapshot.WorkerRow;
import accept4trace.view.SortedTable.Column;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/** The tables of peers and of workers. */
final class Tables {
    private static final int MINUTE = 60;
    private static final int HOUR = 3600;

    private static final int RATE = 11;
    private static final int COUNT = 12;
    private static final int SHARE = 8;
    private static final int BAR = 13;
    private static final int LAST = 9;

    private static final Comparator<PeerRow> BY_ADDRESS = Comparator.comparing(PeerRow::peer);

    private static final Comparator<WorkerRow> BY_NAME = Comparator.<WorkerRow, byte[]>comparing(
                    row -> row.worker().comm(), Arrays::compareUnsigned)
            .thenComparing(row -> row.worker().tgid())
            .thenComparing(row -> row.worker().tid());

    private final Theme theme;
    private final Snapshot snapshot;

    Tables(Theme theme, Snapshot snapshot) {
        this.theme = theme;
        this.snapshot = snapshot;
    }

    SortedTable<PeerRow> peers(int width) {
        String more = snapshot.rows().otherPeers() > 0 ? "+" : "";
        String title = "peer (" + Units.count(snapshot.rows().peers().size()) + more + ")";
        return new SortedTable<>(
                theme,
                List.of(
                        Column.name(title, theme.peer(), row -> Names.peer(row.peer(), theme.isUtf8()), BY_ADDRESS),
                        Column.number("conns/s", RATE, row -> rate(row.recent()), PeerRow::recent),
                        Column.number("conns", COUNT, row -> Units.count(row.connections()), PeerRow::connections),
                        Column.number("share", SHARE, row -> share(row.connections()), null),
                        Column.bar(BAR, theme.bar(), row -> bar(row.connections())),
                        Column.number(
                                "last", LAST, row -> ago(snapshot.times().nowNs() - row.lastNs()), PeerRow::lastNs)),
                width);
    }

    SortedTable<WorkerRow> workers(int width) {
        String more = snapshot.rows().otherWorkers() ? "+" : "";
        String title = "worker (" + Units.count(snapshot.rows().workers().size()) + more + ")";
        return new SortedTable<>(
                theme,
                List.of(
                        Column.name(
                                title, theme.listener(), row -> Names.worker(row.worker(), theme.isUtf8()), BY_NAME),
                        Column.number("conns/s", RATE, row -> rate(row.recent()), WorkerRow::recent),
                        Column.number("conns", COUNT, row -> Units.count(row.connections()), WorkerRow::connections),
                        Column.number("share", SHARE, row -> share(row.connections()), null),
                        Column.bar(BAR, theme.bar(), row -> bar(row.connections())),
                        Column.number(
                                "empty",
                                LAST,
                                row -> Units.share(
                                        row.worker().empty(), row.worker().calls()),
                                row -> (double) row.worker().empty()
                                        / row.worker().calls())),
                width);
    }

    private String rate(long recent) {
        return Units.perSecond(recent, snapshot.times().recentNs());
    }

    private String share(long connections) {
        return Units.share(connections, snapshot.whole().connections());
    }

    private String bar(long connections) {
        return theme.bar(connections, snapshot.whole().connections(), BAR - 1);
    }

    private static String ago(long ns) {
        long seconds = Math.max(0, ns / Units.SECOND_NS);
        String text = seconds < MINUTE ? seconds + "s" : seconds < HOUR ? seconds / MINUTE + "m" : seconds / HOUR + "h";
        return text + " ago";
    }
}
