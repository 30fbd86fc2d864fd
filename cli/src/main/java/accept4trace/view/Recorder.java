package accept4trace.view;

import accept4trace.event.Call;
import accept4trace.event.Closing;
import accept4trace.event.Coverage;
import accept4trace.event.FamilyCoverage;
import accept4trace.event.Losses;
import accept4trace.event.Refusal;
import accept4trace.event.UnixRefusal;
import accept4trace.summary.ListenerCount;
import accept4trace.summary.Statistics;
import accept4trace.summary.Statistics.ErrorCount;
import accept4trace.summary.Statistics.PeerCount;
import accept4trace.summary.WorkerCount;
import accept4trace.text.Units;
import accept4trace.view.Snapshot.ErrorRow;
import accept4trace.view.Snapshot.ListenerRow;
import accept4trace.view.Snapshot.Lost;
import accept4trace.view.Snapshot.PeerRow;
import accept4trace.view.Snapshot.QueueLengths;
import accept4trace.view.Snapshot.Rates;
import accept4trace.view.Snapshot.Rows;
import accept4trace.view.Snapshot.Times;
import accept4trace.view.Snapshot.Totals;
import accept4trace.view.Snapshot.WorkerRow;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Counts calls since the start and in the current second. */
public final class Recorder {

    private final History calls = new History();
    private final History connections = new History();
    private final History empty = new History();
    private final History errors = new History();
    private Statistics whole = new Statistics();
    private Statistics second = new Statistics(Statistics.INTERVAL_BYTES);
    private long startNs;
    private long secondStartNs;
    private FamilyCoverage refusals = FamilyCoverage.NONE;
    private FamilyCoverage closings = FamilyCoverage.NONE;

    /** The coverage so far, reduced if records may have been lost. */
    private record Seen(FamilyCoverage refusals, FamilyCoverage closings) {}

    /** {@code nowNs}: CLOCK_MONOTONIC, like all times in this class. */
    public Recorder(long nowNs) {
        this.startNs = nowNs;
        this.secondStartNs = nowNs;
    }

    void begin(FamilyCoverage refused, FamilyCoverage closed) {
        refusals = refused;
        closings = closed;
    }

    void add(Refusal refusal, boolean isNew) {
        whole.add(refusal, isNew);
    }

    public void add(UnixRefusal refusal) {
        whole.add(refusal);
    }

    void add(Closing closing) {
        whole.add(closing);
    }

    public void add(Call call) {
        whole.add(call);
        second.add(call);
    }

    /** Returns the time until the current second is over. */
    public long remainingNs(long nowNs) {
        return Math.max(0, secondStartNs + Units.SECOND_NS - nowNs);
    }

    /** Ends the current second and begins the next. */
    Snapshot endSecond(long nowNs, Losses losses, String message) {
        long tookNs = nowNs - secondStartNs;
        Totals recent = Totals.of(second);
        calls.add(rate(recent.calls(), tookNs));
        connections.add(rate(recent.connections(), tookNs));
        empty.add(rate(recent.empty(), tookNs));
        errors.add(rate(recent.errors(), tookNs));
        Snapshot snapshot = snapshot(nowNs, tookNs, losses, message);
        second = new Statistics(Statistics.INTERVAL_BYTES);
        secondStartNs = nowNs;
        return snapshot;
    }

    /** Forgets all accept queues, then lets {@code queues} add those of the latest snapshot. */
    void setQueues(Consumer<Statistics> queues) {
        whole.clearQueues();
        queues.accept(whole);
    }

    /** Resets all counters and rates. */
    void clear(long nowNs) {
        whole = new Statistics();
        second = new Statistics(Statistics.INTERVAL_BYTES);
        calls.clear();
        connections.clear();
        empty.clear();
        errors.clear();
        startNs = nowNs;
        secondStartNs = nowNs;
    }

    private static double rate(long count, long tookNs) {
        return tookNs <= 0 ? 0 : (double) count * Units.SECOND_NS / tookNs;
    }

    Snapshot snapshot(long nowNs, long tookNs, Losses losses, String message) {
        return new Snapshot(
                new Times(nowNs - startNs, tookNs, nowNs),
                Totals.of(second),
                Totals.of(whole),
                new Rates(calls.latest(), connections.latest(), empty.latest(), errors.latest()),
                new Rows(
                        errorRows(),
                        listenerRows(new Seen(refusals.withLosses(losses), closings.withLostClosings(losses))),
                        whole.otherListeners().connections(),
                        peerRows(),
                        whole.otherPeers().connections(),
                        workerRows(),
                        whole.hasOtherWorkers()),
                losses,
                message);
    }

    private List<ErrorRow> errorRows() {
        Map<Integer, ErrorCount> recent = second.errors();
        return whole.errors().entrySet().stream()
                .map(entry -> new ErrorRow(
                        entry.getKey(),
                        entry.getValue().calls(),
                        recent.containsKey(entry.getKey())
                                ? recent.get(entry.getKey()).calls()
                                : 0,
                        entry.getValue().of()))
                .sorted(Comparator.comparingLong(ErrorRow::count).reversed())
                .toList();
    }

    private List<ListenerRow> listenerRows(Seen seen) {
        return whole.listeners().entrySet().stream()
                .map(entry -> {
                    ListenerCount all = entry.getValue();
                    ListenerCount now = second.listeners().get(entry.getKey());
                    long recentHigh = now == null ? -1 : now.queueHigh();
                    return new ListenerRow(
                            all.socket(),
                            all.owners().named(),
                            all.connections(),
                            now == null ? 0 : now.connections(),
                            lost(all, seen),
                            new QueueLengths(
                                    Math.max(recentHigh, all.now().waiting()),
                                    all.queueHigh(),
                                    all.queueMax(),
                                    all.now(),
                                    all.stalledNs()));
                })
                .sorted(Comparator.<ListenerRow>comparingLong(row -> row.queue().stalledNs())
                        .thenComparingLong(ListenerRow::connections)
                        .reversed())
                .toList();
    }

    private static Lost lost(ListenerCount listener, Seen seen) {
        Coverage refused = seen.refusals().of(listener.socket());
        Coverage closed = seen.closings().of(listener.socket());
        return new Lost(refused.text(listener.refused()), closed.text(listener.reset()), listener.reset() > 0);
    }

    private List<PeerRow> peerRows() {
        return whole.peers().entrySet().stream()
                .map(entry -> {
                    PeerCount now = second.peers().get(entry.getKey());
                    return new PeerRow(
                            entry.getKey(),
                            entry.getValue().connections(),
                            now == null ? 0 : now.connections(),
                            entry.getValue().lastNs());
                })
                .toList();
    }

    private List<WorkerRow> workerRows() {
        return whole.acceptors().stream()
                .map(worker -> {
                    WorkerCount now = second.workers().get(worker.tgid());
                    return new WorkerRow(worker, now == null ? 0 : now.connections(worker.tid()));
                })
                .toList();
    }
}
