package accept4trace.report;

import accept4trace.diagnose.Diagnosis;
import accept4trace.diagnose.DiagnosisText;
import accept4trace.diagnose.Examination;
import accept4trace.diagnose.Finding;
import accept4trace.event.Call;
import accept4trace.event.Losses;
import accept4trace.format.json.JsonFormatter;
import accept4trace.output.Sink;
import accept4trace.session.Observer;
import accept4trace.summary.Run;
import accept4trace.summary.Statistics;
import java.io.IOException;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Reports the findings of a diagnosis at the end of the run. */
public final class DiagnosisReport implements Observer {
    private static final String UNSEEN = "lost connections, accepts by io_uring (both require kprobes)";

    private final Examination examination;
    /** Small, because only the sums and the fullest listener are shown. */
    private final Statistics statistics = new Statistics(Statistics.INTERVAL_BYTES);

    private final Writer writer;
    private final Sink sink;
    private final boolean seesEveryAccept;
    private final Supplier<String> silence;
    private List<Finding> findings = List.of();

    /** The output format of a diagnosis. */
    private interface Writer {
        void write(Diagnosis diagnosis, Run run);
    }

    private DiagnosisReport(
            Examination examination, Writer writer, Sink sink, boolean seesEveryAccept, Supplier<String> silence) {
        this.examination = examination;
        this.writer = writer;
        this.sink = sink;
        this.seesEveryAccept = seesEveryAccept;
        this.silence = silence;
    }

    /**
     * Creates a report in text.
     *
     * @param seesEveryAccept false if lost connections and accepts by io_uring cannot be seen
     * @param silence gives a reason why no call was seen
     */
    public static DiagnosisReport asText(
            Examination examination, DiagnosisText text, Sink sink, boolean seesEveryAccept, Supplier<String> silence) {
        Writer writer = (diagnosis, run) -> text.append(sink.lines(), diagnosis, run);
        return new DiagnosisReport(examination, writer, sink, seesEveryAccept, silence);
    }

    /** Creates a report with a JSON record for each finding. */
    public static DiagnosisReport asJson(
            Examination examination, JsonFormatter json, Sink sink, boolean seesEveryAccept, Supplier<String> silence) {
        Writer writer = (diagnosis, run) -> json.diagnosis(sink.lines(), diagnosis, System.nanoTime());
        return new DiagnosisReport(examination, writer, sink, seesEveryAccept, silence);
    }

    @Override
    public void add(Call call) {
        statistics.add(call);
        examination.add(call);
    }

    @Override
    public long remainingNs(long nowNs) {
        return examination.remainingNs(nowNs);
    }

    @Override
    public @Nullable Run tick(long nowNs, Losses losses) {
        examination.inspect(nowNs);
        return null;
    }

    @Override
    public Run end(long calls, Losses losses, long durationNs) throws IOException {
        examination.inspect(System.nanoTime());
        Run run = new Run(calls, losses, durationNs, statistics);
        String reason = statistics.callCount() == 0 ? silence.get() : "";
        Diagnosis diagnosis = examination.diagnosis(durationNs, seesEveryAccept ? null : UNSEEN, reason);
        findings = diagnosis.findings();
        writer.write(diagnosis, run);
        sink.flush();
        return run;
    }

    @Override
    public List<Finding> findings() {
        return findings;
    }
}
