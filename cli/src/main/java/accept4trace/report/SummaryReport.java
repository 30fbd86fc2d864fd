package accept4trace.report;

import accept4trace.event.AcceptCall;
import accept4trace.event.Call;
import accept4trace.event.Closing;
import accept4trace.event.FamilyCoverage;
import accept4trace.event.Losses;
import accept4trace.event.Refusal;
import accept4trace.event.UnixRefusal;
import accept4trace.format.ProcessDetails;
import accept4trace.format.tables.SummaryText;
import accept4trace.output.Sink;
import accept4trace.queue.QueueReport;
import accept4trace.queue.QueueSampler;
import accept4trace.session.Observer;
import accept4trace.summary.Run;
import accept4trace.summary.Statistics;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Collects statistics of each interval and of the whole run, and shows them as tables. */
public final class SummaryReport implements Observer {
    private final @Nullable SummaryText text;
    private final ProcessDetails details;
    private final QueueSampler queues;
    private final Sink sink;
    private final long intervalNs;
    private final Statistics whole = new Statistics();
    private Statistics interval = new Statistics(Statistics.INTERVAL_BYTES);
    private Losses lossesBefore = Losses.NONE;
    /** The start of the interval, plus the time that was skipped since. */
    private long intervalStartNs;

    private FamilyCoverage refusals = FamilyCoverage.NONE;
    private FamilyCoverage closings = FamilyCoverage.NONE;

    /**
     * @param text format of the tables; null = no tables
     * @param details looks up the name of a peer at its first connection, so that the name is known when it is shown
     * @param queues takes snapshots of the accept queues
     * @param sink receives the tables
     * @param intervalNs time between tables, in nanoseconds; 0 to show them only at the end
     * @param startNs now, CLOCK_MONOTONIC
     */
    public SummaryReport(
            @Nullable SummaryText text,
            ProcessDetails details,
            QueueSampler queues,
            Sink sink,
            long intervalNs,
            long startNs) {
        this.text = text;
        this.details = details;
        this.queues = queues;
        this.sink = sink;
        this.intervalNs = intervalNs;
        this.intervalStartNs = startNs;
    }

    @Override
    public void begin(FamilyCoverage refused, FamilyCoverage closed) {
        refusals = refused;
        closings = closed;
    }

    @Override
    public void add(UnixRefusal refusal) {
        whole.add(refusal);
        if (intervalNs > 0) {
            interval.add(refusal);
        }
    }

    @Override
    public void add(Refusal refusal, boolean isNew) {
        whole.add(refusal, isNew);
        if (intervalNs > 0) {
            interval.add(refusal, isNew);
        }
    }

    @Override
    public void add(Closing closing) {
        whole.add(closing);
        if (intervalNs > 0) {
            interval.add(closing);
        }
    }

    @Override
    public void add(Call call) {
        whole.add(call);
        if (intervalNs > 0) {
            interval.add(call);
        }
        if (call instanceof AcceptCall accept
                && accept.isConnection()
                && accept.connection().socket() != null) {
            details.hostName(accept.connection().socket().peer());
        }
    }

    @Override
    public void skip(long ns) {
        intervalStartNs += ns;
    }

    @Override
    public long remainingNs(long nowNs) {
        return Math.min(intervalRemainingNs(nowNs), queues.remainingNs(nowNs));
    }

    private long intervalRemainingNs(long nowNs) {
        return intervalNs == 0 ? Long.MAX_VALUE : Math.max(0, intervalStartNs + intervalNs - nowNs);
    }

    @Override
    public @Nullable Run tick(long nowNs, Losses losses) throws IOException {
        queues.tick(nowNs);
        if (intervalRemainingNs(nowNs) > 0) {
            return null;
        }
        setQueues(interval, queues.latest());
        Losses recent = losses.since(lossesBefore);
        interval.setRefusals(refusals.withLosses(recent));
        interval.setClosings(closings.withLostClosings(recent));
        Run run = new Run(interval.callCount(), recent, nowNs - intervalStartNs, interval);
        interval = new Statistics(Statistics.INTERVAL_BYTES);
        lossesBefore = losses;
        intervalStartNs = nowNs;
        show(run);
        return run;
    }

    @Override
    public Run end(long calls, Losses losses, long durationNs, long nowNs) throws IOException {
        setQueues(whole, queues.last());
        whole.setRefusals(refusals.withLosses(losses));
        whole.setClosings(closings.withLostClosings(losses));
        Run run = new Run(calls, losses, durationNs, whole);
        show(run);
        return run;
    }

    /** {@code report}: null if there is no snapshot yet. */
    private static void setQueues(Statistics statistics, @Nullable QueueReport report) {
        QueueReport known = report == null ? QueueReport.unknown("there is no snapshot yet") : report;
        QueueRows.set(statistics, known.queues());
        if (known.failure() != null) {
            statistics.setUnknownQueues(known.failure());
        }
    }

    private void show(Run run) throws IOException {
        if (text == null) {
            return;
        }
        text.append(sink.lines(), run);
        if (intervalNs > 0) {
            sink.lines().add('\n');
        }
        sink.flush();
    }
}
