package accept4trace.action;

import static org.junit.jupiter.api.Assertions.assertEquals;

import accept4trace.capture.CaptureException;
import accept4trace.capture.Probe;
import accept4trace.event.RecordBuilder;
import accept4trace.outcome.Outcome;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests diagnoses of a fake kernel. Each is compared with that of its recording. */
class DiagnoseCommandTest extends Recordings {
    private static final String UNSEEN = "not seen on this kernel: ";

    /** Returns the report on one line. */
    private String diagnosis(String options) throws Exception {
        live.source.then(batch(false, calls(2))).then(batch(true, new RecordBuilder().processExit(0)));
        String report = trace("--diagnose=100s" + options);
        read("--diagnose" + options);
        assertEquals(report, reader.system.text(STDOUT));
        return report.replaceAll("\\s+", " ");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "TRACEPOINT | lost connections, accepts by io_uring and 32-bit programs (seeing them requires kprobes or"
                        + " fentry)",
                "FD_INSTALL | lost connections",
                "KPROBE | ",
                "FENTRY | "
            })
    void namesWhatTheHooksDoNotShow(Probe probe, String unseen) throws Exception {
        live.source.probe = probe;
        String report = diagnosis("");
        assertEquals(unseen == null ? "" : UNSEEN + unseen + " ", report.replaceFirst(".*?(" + UNSEEN + "|$)", "$1"));
    }

    /** The recorded snapshots have failed. */
    @ParameterizedTest
    @CsvSource({"any, 1", "herd, 0"})
    void unknownQueuesOfARecordingAreNotHealthy(String kinds, int status) throws Exception {
        live.tracing.snapshots.failure = new CaptureException("take snapshots", 12, "");
        diagnosis("");
        assertEquals(Outcome.status(status), read("--diagnose --fail-on=" + kinds));
    }
}
