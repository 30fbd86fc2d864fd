package accept4trace.format.tables;

import accept4trace.format.Names;
import accept4trace.summary.Latency;
import accept4trace.summary.ListenerCount;
import accept4trace.summary.Owners;
import accept4trace.summary.QueueNow;
import accept4trace.summary.Statistics;
import accept4trace.text.Table;
import accept4trace.text.Units;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/** Builds a table with a row for each listening socket. */
final class ListenerTable {
    private static final String UNKNOWN = "-";
    private static final int RESET_COLUMN = 5;

    private static final Comparator<ListenerCount> STALLED_FIRST = Comparator.comparingLong(ListenerCount::stalledNs)
            .thenComparingLong(ListenerCount::connections)
            .reversed();

    private ListenerTable() {}

    static Table of(Statistics statistics, long durationNs, int rows, boolean utf8) {
        boolean resets = statistics.listeners().values().stream().anyMatch(listener -> listener.reset() > 0);
        Table table = new Table(columns(
                        resets,
                        "reset",
                        "listener",
                        "conns/s",
                        "queue now/high/limit",
                        "oldest",
                        "refused",
                        "drops",
                        "wait p50",
                        "p90",
                        "p99",
                        "max",
                        "owners"))
                .lastIsText();
        List<ListenerCount> sorted =
                statistics.listeners().values().stream().sorted(STALLED_FIRST).toList();
        sorted.stream()
                .limit(rows)
                .forEach(listener -> table.row(columns(
                        resets,
                        statistics.closings().of(listener.socket()).text(listener.reset()),
                        row(listener, statistics, durationNs, utf8))));
        List<ListenerCount> hidden = sorted.stream().skip(rows).toList();
        ListenerCount beyond = statistics.otherListeners();
        long waiting = waiting(beyond)
                + hidden.stream().mapToLong(ListenerTable::waiting).sum();
        String others = SummaryText.others(sorted.size(), beyond.connections() + waiting(beyond));
        if (!others.isEmpty()) {
            long connections = beyond.connections()
                    + hidden.stream().mapToLong(ListenerCount::connections).sum();
            String queue = waiting > 0 ? Units.count(waiting) : "";
            String rate = Units.perSecond(connections, durationNs);
            table.row(columns(resets, "", others, rate, queue, "", "", "", "", "", "", "", ""));
        }
        return table;
    }

    /** Inserts the cell for reset connections after that for refused ones, if any listener has reset connections. */
    private static String[] columns(boolean resets, String reset, String... others) {
        List<String> all = new ArrayList<>(List.of(others));
        if (resets) {
            all.add(RESET_COLUMN, reset);
        }
        return all.toArray(String[]::new);
    }

    private static long waiting(ListenerCount listener) {
        return Math.max(0, listener.now().waiting());
    }

    private static String[] row(ListenerCount listener, Statistics statistics, long durationNs, boolean utf8) {
        String[] times = percentiles(listener.waits(), utf8);
        return new String[] {
            Names.listener(listener.socket(), utf8),
            Units.perSecond(listener.connections(), durationNs),
            queue(listener),
            oldest(listener.now(), utf8),
            statistics.refusals().of(listener.socket()).text(listener.refused()),
            number(listener.drops()),
            times[0],
            times[1],
            times[2],
            times[3],
            owners(listener.owners(), utf8)
        };
    }

    /** Returns four dashes if there are no times. */
    static String[] percentiles(Latency latency, boolean utf8) {
        if (latency.count() == 0) {
            return new String[] {UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN};
        }
        return new String[] {
            latency.percentileText(50, utf8),
            latency.percentileText(90, utf8),
            latency.percentileText(99, utf8),
            Units.duration(latency.maxNs(), utf8)
        };
    }

    private static String queue(ListenerCount listener) {
        long now = listener.now().waiting();
        return now < 0 && listener.queueHigh() < 0 && listener.queueMax() < 0
                ? UNKNOWN
                : plain(now) + "/" + plain(listener.queueHigh()) + "/" + plain(listener.queueMax());
    }

    private static String plain(long number) {
        return number < 0 ? UNKNOWN : Long.toString(number);
    }

    private static String number(long number) {
        return number < 0 ? UNKNOWN : Units.count(number);
    }

    /** Returns a dash if nobody waits, or if the age is unknown. */
    private static String oldest(QueueNow now, boolean utf8) {
        return now.oldestNs() < 0 ? UNKNOWN : (now.atLeast() ? ">=" : "") + Units.duration(now.oldestNs(), utf8);
    }

    /** Returns e.g. nginx[12], nginx[13], nginx[14] and 5 more. */
    private static String owners(Owners owners, boolean utf8) {
        if (owners.count() == 0) {
            return UNKNOWN;
        }
        String named = owners.named().stream()
                .map(owner -> Names.process(owner.tgid(), owner.comm(), utf8))
                .collect(Collectors.joining(", "));
        int more = owners.count() - owners.named().size();
        if (more == 0 && !owners.hasMore()) {
            return named;
        }
        return named + " and " + (owners.hasMore() ? "at least " : "") + more + " more";
    }
}
