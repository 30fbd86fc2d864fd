package accept4trace.report;

import accept4trace.diagnose.Finding;
import accept4trace.diagnose.Undecided;
import accept4trace.event.Call;
import accept4trace.event.Closing;
import accept4trace.event.FamilyCoverage;
import accept4trace.event.GivenUp;
import accept4trace.event.Losses;
import accept4trace.event.Refusal;
import accept4trace.event.TurnedAway;
import accept4trace.event.UnixRefusal;
import accept4trace.output.Notices;
import accept4trace.queue.QueueReport;
import accept4trace.queue.QueueSampler;
import accept4trace.queue.QueueState;
import accept4trace.session.Observer;
import accept4trace.summary.Run;
import accept4trace.text.Units;
import accept4trace.trigger.Flight;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Checks events and snapshots for the conditions of --trigger, and passes the events on to another observer. */
public final class TriggerWatch implements Observer {
    private final Flight flight;
    private final Observer observer;
    private final QueueSampler queues;
    private final Notices notices;
    private final boolean needsSnapshots;
    /** The latest snapshot that was examined. */
    private List<QueueState> examined = List.of();

    public TriggerWatch(Flight flight, Observer observer, QueueSampler queues, Notices notices) {
        this.flight = flight;
        this.observer = observer;
        this.queues = queues;
        this.notices = notices;
        this.needsSnapshots = flight.settings().needsSnapshots();
    }

    @Override
    public void begin(FamilyCoverage refusals, FamilyCoverage closings) {
        observer.begin(refusals, closings);
    }

    @Override
    public void add(Call call) {
        observer.add(call);
        flight.add(call);
    }

    @Override
    public void add(Closing closing) {
        observer.add(closing);
    }

    @Override
    public void add(GivenUp client) {
        observer.add(client);
    }

    @Override
    public void add(TurnedAway connection) {
        observer.add(connection);
    }

    @Override
    public void add(Refusal refusal, boolean isNew) {
        observer.add(refusal, isNew);
        flight.add(refusal);
    }

    @Override
    public void add(UnixRefusal refusal) {
        observer.add(refusal);
        flight.add(refusal);
    }

    @Override
    public void skip(long ns) {
        observer.skip(ns);
    }

    @Override
    public long remainingNs(long nowNs) {
        long remaining = Math.min(observer.remainingNs(nowNs), flight.remainingNs(nowNs));
        if (!needsSnapshots) {
            return remaining;
        }
        return latest() == examined ? Math.min(remaining, queues.remainingNs(nowNs)) : 0;
    }

    @Override
    public @Nullable Run tick(long nowNs, Losses losses) throws IOException {
        if (needsSnapshots) {
            queues.tick(nowNs);
            List<QueueState> latest = latest();
            if (latest != examined) {
                examined = latest;
                flight.add(latest, nowNs);
            }
        }
        return observer.tick(nowNs, losses);
    }

    private List<QueueState> latest() {
        QueueReport latest = queues.latest();
        return latest == null || latest.failure() != null ? examined : latest.queues();
    }

    @Override
    public boolean takeInput() {
        return observer.takeInput();
    }

    @Override
    public boolean endsWindow(long sinceNs) {
        return flight.ends(sinceNs);
    }

    @Override
    public boolean isDone() {
        return flight.isDone();
    }

    @Override
    public void close() throws IOException {
        observer.close();
    }

    @Override
    public List<Finding> findings() {
        return observer.findings();
    }

    @Override
    public List<Undecided> undecided() {
        return observer.undecided();
    }

    @Override
    public Run end(long calls, Losses losses, long durationNs, long nowNs) throws IOException {
        if (flight.triggers() == 0) {
            notices.note("nothing was shown: no " + flight.settings().text());
        } else if (flight.triggers() < flight.settings().count()) {
            notices.note(Units.plural(flight.triggers(), "trigger", "triggers") + " of "
                    + flight.settings().count());
        }
        return observer.end(calls, losses, durationNs, nowNs);
    }
}
