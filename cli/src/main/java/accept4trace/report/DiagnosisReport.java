package accept4trace.report;

import accept4trace.capture.EventSource;
import accept4trace.diagnose.Diagnosis;
import accept4trace.diagnose.DiagnosisText;
import accept4trace.diagnose.Examination;
import accept4trace.diagnose.Finding;
import accept4trace.diagnose.Undecided;
import accept4trace.diagnose.Visibility;
import accept4trace.event.Call;
import accept4trace.event.Closing;
import accept4trace.event.Coverage;
import accept4trace.event.FamilyCoverage;
import accept4trace.event.Losses;
import accept4trace.event.Refusal;
import accept4trace.event.TurnedAway;
import accept4trace.event.UnixRefusal;
import accept4trace.format.json.JsonFormatter;
import accept4trace.output.Sink;
import accept4trace.queue.QueueReport;
import accept4trace.queue.QueueSampler;
import accept4trace.queue.QueueState;
import accept4trace.session.Observer;
import accept4trace.summary.Run;
import accept4trace.summary.Statistics;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Reports the findings of a diagnosis at the end of the run. */
public final class DiagnosisReport implements Observer {
    private final Examination examination;
    /** The small limit is enough, because only the sums and the fullest listener are shown. */
    private final Statistics statistics = new Statistics(Statistics.INTERVAL_BYTES);

    private final Writer writer;
    private final Sink sink;
    private final Sources sources;
    private List<Finding> findings = List.of();
    private List<Undecided> undecided = List.of();
    private FamilyCoverage refusals = FamilyCoverage.NONE;
    private FamilyCoverage closings = FamilyCoverage.NONE;
    /** The latest snapshot that was added. */
    private List<QueueState> lastQueues = List.of();

    /** The output format of a diagnosis. */
    private interface Writer {
        void write(Diagnosis diagnosis, Run run, long nowNs);
    }

    /**
     * Where a diagnosis gets its facts from, in addition to calls.
     *
     * @param lostConnections whether the hooks show connections that a failing call takes off the queue
     * @param everyAccept whether the hooks show accepts other than native system calls
     * @param queues takes snapshots of the accept queues
     * @param silence gives a reason why no call was seen
     * @param unread gives a reason why the rest of a recording could not be read; empty if there is none
     */
    public record Sources(
            boolean lostConnections,
            boolean everyAccept,
            QueueSampler queues,
            Supplier<String> silence,
            Supplier<String> unread) {
        /** {@code source}: reports the calls. */
        public static Sources of(EventSource source, QueueSampler queues, Supplier<String> silence) {
            return new Sources(
                    source.probe().seesLostConnections(), source.seesEveryAccept(), queues, silence, () -> "");
        }

        /** {@code why}: returns why the rest of the recording could not be read; empty if all was read. */
        public Sources withUnread(Supplier<String> why) {
            return new Sources(lostConnections, everyAccept, queues, silence, why);
        }
    }

    private DiagnosisReport(Examination examination, Writer writer, Sink sink, Sources sources) {
        this.examination = examination;
        this.writer = writer;
        this.sink = sink;
        this.sources = sources;
        sources.queues().includeThreads();
    }

    /** Creates a report in text. */
    public static DiagnosisReport asText(Examination examination, DiagnosisText text, Sink sink, Sources sources) {
        Writer writer = (diagnosis, run, nowNs) -> text.append(sink.lines(), diagnosis, run);
        return new DiagnosisReport(examination, writer, sink, sources);
    }

    /** Creates a report with a JSON record for each finding. */
    public static DiagnosisReport asJson(Examination examination, JsonFormatter json, Sink sink, Sources sources) {
        Writer writer = (diagnosis, run, nowNs) -> json.diagnosis(sink.lines(), diagnosis, nowNs);
        return new DiagnosisReport(examination, writer, sink, sources);
    }

    /**
     * Creates a report for a recording. It writes nothing, but looks up everything that other reports do, so that the
     * results are recorded.
     */
    public static DiagnosisReport unseen(Examination examination, Sink sink, Sources sources) {
        return new DiagnosisReport(examination, (diagnosis, run, nowNs) -> {}, sink, sources);
    }

    @Override
    public void begin(FamilyCoverage refused, FamilyCoverage closed) {
        refusals = refused;
        closings = closed;
    }

    @Override
    public void add(UnixRefusal refusal) {
        statistics.add(refusal);
        examination.add(refusal);
    }

    @Override
    public void add(Refusal refusal, boolean isNew) {
        statistics.add(refusal, isNew);
        examination.add(refusal, isNew);
    }

    @Override
    public void add(Call call) {
        addSnapshot();
        statistics.add(call);
        examination.add(call);
    }

    @Override
    public void skip(long ns) {
        examination.skip();
    }

    @Override
    public void add(TurnedAway connection) {
        examination.add(connection);
    }

    @Override
    public void add(Closing closing) {
        examination.add(closing);
    }

    @Override
    public long remainingNs(long nowNs) {
        return Math.min(examination.remainingNs(nowNs), sources.queues().remainingNs(nowNs));
    }

    @Override
    public @Nullable Run tick(long nowNs, Losses losses) {
        sources.queues().tick(nowNs);
        addSnapshot();
        if (examination.remainingNs(nowNs) <= 0) {
            examination.inspect(nowNs);
        }
        return null;
    }

    /**
     * Adds the latest snapshot if it is new. Must run before the next call is added, because the examination counts the
     * calls after each snapshot.
     */
    private void addSnapshot() {
        QueueReport latest = sources.queues().latest();
        if (latest != null && latest.failure() == null && latest.queues() != lastQueues) {
            lastQueues = latest.queues();
            examination.addSnapshot(latest);
            setQueues(latest);
        }
    }

    /** Shows the lengths of the queues in the totals, too. */
    private void setQueues(QueueReport queues) {
        statistics.clearQueues();
        QueueRows.set(statistics, queues.queues());
    }

    @Override
    public Run end(long calls, Losses losses, long durationNs, long nowNs) throws IOException {
        examination.inspectLast(nowNs);
        QueueReport queues = sources.queues().last();
        examination.setQueues(queues);
        setQueues(queues);
        examination.setRefusals(refusals.withLosses(losses));
        examination.setLosses(losses);
        examination.setUnread(sources.unread().get());
        Run run = new Run(calls, losses, durationNs, statistics);
        String reason = statistics.callCount() == 0 ? sources.silence().get() : "";
        Diagnosis diagnosis = examination.diagnosis(durationNs, unseen(queues), reason);
        findings = diagnosis.findings();
        undecided = examination.undecided(
                new Visibility(refusals, closings, sources.lostConnections(), sources.everyAccept(), losses));
        writer.write(diagnosis, run, nowNs);
        sink.flush();
        return run;
    }

    private @Nullable String unseen(QueueReport queues) {
        List<String> unseen = new ArrayList<>();
        if (!sources.lostConnections()) {
            unseen.add("lost connections");
        }
        if (!sources.everyAccept()) {
            unseen.add("accepts by io_uring and 32-bit programs (seeing them requires kprobes or fentry)");
        }
        if (examination.hasUnixListener()) {
            addUnseenUnix(unseen);
        }
        if (queues.failure() != null) {
            unseen.add("accept queues (" + queues.failure() + ")");
        }
        if (queues.threads().failure() != null) {
            unseen.add(
                    "what the threads of stuck servers do (" + queues.threads().failure() + ")");
        }
        return unseen.isEmpty() ? null : String.join(", ", unseen);
    }

    private void addUnseenUnix(List<String> unseen) {
        if (refusals.unix() != Coverage.ALL) {
            unseen.add("refused AF_UNIX clients");
        }
        if (closings.unix() != Coverage.ALL) {
            unseen.add("closed AF_UNIX listeners");
        }
    }

    @Override
    public List<Finding> findings() {
        return findings;
    }

    @Override
    public List<Undecided> undecided() {
        return undecided;
    }
}
