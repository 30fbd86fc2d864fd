package accept4trace.format.tables;

import accept4trace.event.Losses;
import accept4trace.event.SystemCall;
import accept4trace.format.Names;
import accept4trace.format.ProcessDetails;
import accept4trace.format.SocketFlags;
import accept4trace.format.WallClock;
import accept4trace.summary.Latency;
import accept4trace.summary.Peer;
import accept4trace.summary.Run;
import accept4trace.summary.Statistics;
import accept4trace.summary.Statistics.ErrorCount;
import accept4trace.summary.Statistics.PeerCount;
import accept4trace.summary.Worker;
import accept4trace.summary.WorkerCount;
import accept4trace.text.Errno;
import accept4trace.text.Printable;
import accept4trace.text.Table;
import accept4trace.text.Text;
import accept4trace.text.Units;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.ToLongFunction;

/** Formats the results of a run as tables. */
public final class SummaryText {
    private static final int ROWS = 10;
    private static final int BAR_COLUMN = 30;
    private static final int LONGEST_BAR = 60;
    /** Factor between the upper bounds of consecutive bars of the histogram. */
    private static final int STEP = 4;

    private static final long FIRST_NS = 1000;
    private static final long LAST_NS = Long.MAX_VALUE / STEP;

    private final ProcessDetails details;
    private final WallClock clock;
    private final SortKey sortKey;
    private final int columns;
    private final List<String> traced;

    /**
     * @param details looks up host names of peers
     * @param columns width of the terminal
     * @param traced names of the traced calls
     */
    public SummaryText(ProcessDetails details, WallClock clock, SortKey sortKey, int columns, List<String> traced) {
        this.details = details;
        this.clock = clock;
        this.sortKey = sortKey;
        this.columns = columns;
        this.traced = traced;
    }

    public void append(Text out, Run run) {
        Statistics statistics = Objects.requireNonNull(run.statistics());
        headline(out, statistics, run.losses(), run.durationNs());
        if (statistics.callCount() > 0) {
            out.add('\n');
            StraceTable.append(out, statistics.calls(), sortKey);
        }
        section(out, errors(statistics));
        section(out, times(out, statistics));
        section(
                out,
                ListenerTable.of(statistics, run.durationNs(), ROWS, out.isUtf8())
                        .fitting(columns));
        unknownQueues(out, statistics);
        section(out, peers(out, statistics).fitting(columns));
        section(out, workers(out, statistics));
        histogram(out, statistics.waits());
        section(out, flags(statistics));
    }

    private void headline(Text out, Statistics statistics, Losses losses, long durationNs) {
        long seconds = durationNs / 1_000_000_000;
        out.add(Units.list(statistics.calls().isEmpty() ? traced : seen(statistics)));
        out.add(" of ").add(processes(statistics));
        out.add(", ").add(seconds).add('.').add(durationNs / 100_000_000 % 10).add(" s: ");
        out.add(Units.plural(statistics.callCount(), "call", "calls"));
        out.add(" (").add(Units.perSecond(statistics.callCount(), durationNs)).add("), ");
        out.add(Units.plural(statistics.connections(), "connection", "connections"));
        out.add(" (").add(Units.perSecond(statistics.connections(), durationNs)).add("), ");
        out.add(Units.count(statistics.emptyCount())).add(" empty, ");
        out.add(Units.plural(statistics.errorCount(), "error", "errors")).add(", ");
        out.add(Units.plural(losses.events(), "event", "events")).add(" lost").add('\n');
    }

    private static List<String> seen(Statistics statistics) {
        return statistics.calls().keySet().stream()
                .sorted()
                .map(SystemCall::toString)
                .toList();
    }

    private static String processes(Statistics statistics) {
        String more = statistics.hasOtherWorkers() ? "more than " : "";
        return more + Units.plural(statistics.workers().size(), "process", "processes");
    }

    private static void section(Text out, Table table) {
        if (!table.isEmpty()) {
            out.add('\n');
            table.append(out);
        }
    }

    private static Table errors(Statistics statistics) {
        Table table = new Table("error", "calls", "share");
        for (Map.Entry<Integer, ErrorCount> error : most(statistics.errors(), ErrorCount::calls)) {
            table.row(
                    Errno.name(error.getKey()),
                    Units.count(error.getValue().calls()),
                    Units.share(error.getValue().calls(), error.getValue().of()));
        }
        return table;
    }

    private static Table times(Text out, Statistics statistics) {
        Table table = new Table("time", "count", "p50", "p90", "p99", "max");
        statistics.calls().forEach((name, call) -> latency(out, table, "in " + name, call.durations()));
        latency(out, table, "in the accept queue", statistics.waits());
        return table;
    }

    private static void latency(Text out, Table table, String name, Latency latency) {
        if (latency.count() > 0) {
            String[] times = ListenerTable.percentiles(latency, out.isUtf8());
            table.row(name, Units.count(latency.count()), times[0], times[1], times[2], times[3]);
        }
    }

    private static void unknownQueues(Text out, Statistics statistics) {
        if (statistics.unknownQueues() != null) {
            out.add('\n').add("accept queues at the end: unknown (");
            out.utf8(Printable.ascii(statistics.unknownQueues())).add(")\n");
        }
    }

    /**
     * Returns the title of the row that combines all listeners, peers or workers that are not shown; empty if all are
     * shown.
     *
     * @param known number of those in the statistics, of which only the first {@link #ROWS} are shown
     * @param beyond number of calls or connections of those for which the statistics had no room. For listeners, also
     *     counts waiting connections
     */
    static String others(int known, long beyond) {
        int more = Math.max(0, known - ROWS);
        String others = Units.plural(more, "other", "others");
        return beyond > 0 ? "more than " + others : more > 0 ? others : "";
    }

    private Table peers(Text out, Statistics statistics) {
        Table table = new Table("peer", "conns", "share", "first", "last");
        for (Map.Entry<Peer, PeerCount> peer : most(statistics.peers(), PeerCount::connections)) {
            table.row(
                    name(out, peer.getKey()),
                    Units.count(peer.getValue().connections()),
                    Units.share(peer.getValue().connections(), statistics.connections()),
                    timeOfDay(peer.getValue().firstNs()),
                    timeOfDay(peer.getValue().lastNs()));
        }
        String others =
                others(statistics.peers().size(), statistics.otherPeers().connections());
        if (!others.isEmpty()) {
            long rest = others(statistics.peers(), PeerCount::connections)
                    + statistics.otherPeers().connections();
            table.row(others, Units.count(rest), Units.share(rest, statistics.connections()), "", "");
        }
        return table;
    }

    /** Returns the sum of the counts that are not shown. */
    private static <K, V> long others(Map<K, V> counts, ToLongFunction<V> count) {
        long shown = most(counts, count).stream()
                .mapToLong(entry -> count.applyAsLong(entry.getValue()))
                .sum();
        return counts.values().stream().mapToLong(count).sum() - shown;
    }

    private String timeOfDay(long monotonicNs) {
        Text time = new Text();
        clock.timeOfDay(time, monotonicNs);
        return time.toString();
    }

    private String name(Text out, Peer peer) {
        String name = Names.peer(peer, out.isUtf8());
        String host = details.hostName(peer.host());
        return host == null ? name : name + " " + host;
    }

    private static Table workers(Text out, Statistics statistics) {
        Table table = new Table("worker", "conns", "share", "calls", "empty");
        List<Worker> workers = statistics.acceptors();
        List<Worker> shown = workers.stream()
                .sorted(Comparator.comparingLong(worker -> -worker.connections()))
                .limit(ROWS)
                .toList();
        for (Worker worker : shown) {
            table.row(
                    Names.worker(worker, out.isUtf8()),
                    Units.count(worker.connections()),
                    Units.share(worker.connections(), statistics.connections()),
                    Units.count(worker.calls()),
                    Units.share(worker.empty(), worker.calls()));
        }
        WorkerCount beyond = statistics.otherWorkers();
        String others = others(workers.size(), beyond.calls());
        if (!others.isEmpty()) {
            long connections = sum(workers) - sum(shown) + beyond.connections();
            table.row(others, Units.count(connections), Units.share(connections, statistics.connections()), "", "");
        }
        return table;
    }

    private static long sum(List<Worker> workers) {
        return workers.stream().mapToLong(Worker::connections).sum();
    }

    private void histogram(Text out, Latency waits) {
        if (waits.count() == 0) {
            return;
        }
        long below = FIRST_NS;
        while (below < LAST_NS && waits.countBetween(0, below) == 0) {
            below *= STEP;
        }
        long most = 0;
        for (long end = below; end < LAST_NS; end *= STEP) {
            most = Math.max(most, bar(waits, end, below));
        }
        out.add('\n').add("wait in the accept queue").add('\n');
        long seen = 0;
        for (long end = below; seen < waits.count() && end < LAST_NS; end *= STEP) {
            long count = bar(waits, end, below);
            bar(out, end, count, most);
            seen += count;
        }
    }

    private static long bar(Latency waits, long end, long first) {
        return waits.countBetween(end == first ? 0 : end / STEP, end);
    }

    private void bar(Text out, long end, long count, long most) {
        String label = "  < " + Units.duration(end, out.isUtf8());
        int longest = Math.max(1, Math.min(LONGEST_BAR, columns - BAR_COLUMN));
        int length = (int) Math.ceil((double) count * longest / Math.max(1, most));
        out.utf8(label).spaces(12 - label.length()).utf8((out.isUtf8() ? "\u2588" : "#").repeat(length));
        out.add(length == 0 ? "" : " ").add(Units.count(count)).add('\n');
    }

    private static Table flags(Statistics statistics) {
        Table table = new Table("flags", "calls", "share");
        for (Map.Entry<Integer, Long> entry : most(statistics.flags(), Long::longValue)) {
            Text name = new Text();
            SocketFlags.append(name, entry.getKey());
            table.row(
                    name.toString(),
                    Units.count(entry.getValue()),
                    Units.share(entry.getValue(), statistics.flagged()));
        }
        return table;
    }

    private static <K, V> List<Map.Entry<K, V>> most(Map<K, V> counts, ToLongFunction<V> count) {
        Comparator<Map.Entry<K, V>> order = Comparator.comparingLong(entry -> -count.applyAsLong(entry.getValue()));
        return counts.entrySet().stream().sorted(order).limit(ROWS).toList();
    }
}
