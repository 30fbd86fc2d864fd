package accept4trace.action;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import accept4trace.capture.CaptureException;
import accept4trace.capture.Probe;
import accept4trace.event.FamilyCoverage;
import accept4trace.fake.Batches;
import accept4trace.fake.FakePlatform;
import accept4trace.format.SampleCalls;
import accept4trace.options.Arguments;
import accept4trace.options.Settings;
import accept4trace.outcome.Outcome;
import accept4trace.outcome.UserError;
import accept4trace.output.Notices;
import accept4trace.output.OutputStyle;
import accept4trace.proc.FakeMachine;
import accept4trace.queue.QueueRecords;
import accept4trace.text.Errno;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests the totals and the exit status of a diagnosis. */
class DiagnosisStatusTest {
    private static final String SELF = "-p" + ProcessHandle.current().pid();

    private final FakePlatform platform = new FakePlatform();

    @TempDir
    private Path root;

    private FakeMachine machine;

    @BeforeEach
    void aMachineOnWhichAllIsWell() {
        machine = new FakeMachine(root);
    }

    private Outcome run(String... options) throws UserError {
        Settings settings = Arguments.parse(options);
        Notices notices =
                new Notices(new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8), false);
        return new TraceCommand(settings, notices, machine.machine(), new OutputStyle(Map.of()), platform).run();
    }

    private void snapshotsFail() {
        platform.tracing.snapshots.failure = new CaptureException("take snapshots", 12, "");
    }

    @ParameterizedTest
    @CsvSource({"any, 4", "emfile, 4", "spin, 0"})
    void findingSelectedByFailOn(String kinds, int status) throws UserError {
        platform.source.then(Batches.failing(Errno.EMFILE));
        assertEquals(Outcome.status(status), run(SELF, "--diagnose=1h", "--fail-on", kinds));
        assertTrue(
                platform.system.text(1).contains("EMFILE: nginx[1234] reached the limit"),
                () -> platform.system.text(1));
    }

    /** The calls show shorter queues. */
    @Test
    void totalsShowTheLengthsInSnapshots() throws UserError {
        int self = (int) ProcessHandle.current().pid();
        platform.tracing.snapshots.records.add(List.of(QueueRecords.tcp(8077, self, 0.1, 0.1, 0.1)));
        platform.source.then(Batches.of(SampleCalls.tcp())).then(Batches.lastCalls(1));
        run(SELF, "--diagnose=1h");
        String report = platform.system.text(1);
        assertTrue(report.contains("queue at most 3 of 4\n"), report);
    }

    private void assertUndecided(String kinds, String why, String hint) {
        String notices = platform.system.text(2);
        String expected = "accept4-trace: cannot rule out " + kinds + ": " + why + "\nhint: " + hint + "\n";
        assertTrue(notices.contains(expected), notices);
    }

    /** A listener that was not examined may be stuck, so --fail-on must not report success. */
    @ParameterizedTest
    @CsvSource({"any, 'stuck, refused'", "stuck, stuck", "queue, 'refused, filling'", "herd, "})
    void unknownQueuesAreNotHealthy(String kinds, @Nullable String unknown) throws UserError {
        snapshotsFail();
        platform.source.then(Batches.lastCalls(1));
        int status = unknown == null ? 0 : 1;
        assertEquals(Outcome.status(status), run(SELF, "--diagnose=1h", "--fail-on", kinds));
        if (unknown != null) {
            assertUndecided(
                    unknown,
                    "the accept queues are unknown (Cannot allocate memory)",
                    "--queue --fail-on=stuck examines only the queues, without a time limit");
        }
    }

    /** The hooks do not show everything. "any" selects only what they show. */
    @ParameterizedTest
    @CsvSource({
        "TRACEPOINT, lost, these hooks do not show lost connections",
        "TRACEPOINT, io_uring, these hooks do not show accepts by io_uring",
        "TRACEPOINT, spin, ",
        "TRACEPOINT, any, ",
        "KPROBE, any, ",
        "KPROBE, 'lost,io_uring', "
    })
    void unseenFindingsAreNotHealthy(Probe probe, String kinds, @Nullable String why) throws UserError {
        platform.source.probe = probe;
        platform.source.refusals = FamilyCoverage.ALL;
        platform.source.then(Batches.lastCalls(1));
        assertEquals(Outcome.status(why == null ? 0 : 1), run(SELF, "--diagnose=1h", "--fail-on", kinds));
        if (why != null) {
            assertUndecided(
                    kinds, why, "--check shows which hooks this kernel allows; --fail-on can name other findings");
        }
    }

    /** There may be no server at all. */
    @Test
    void unknownQueuesWithoutACallAreNotHealthy() throws UserError {
        snapshotsFail();
        platform.source.then(Batches.lastCalls(0));
        assertEquals(Outcome.status(1), run(SELF, "--diagnose=1h", "--fail-on=emfile"));
    }

    @Test
    void findingPrecedesUnknownQueues() throws UserError {
        snapshotsFail();
        platform.source.then(Batches.failing(Errno.EMFILE));
        assertEquals(Outcome.status(4), run(SELF, "--diagnose=1h", "--fail-on=any"));
    }

    /** The client has waited for two seconds, but the run was too short to see whether anything is accepted. */
    @Test
    void shortRunIsNotHealthy() throws UserError {
        int self = (int) ProcessHandle.current().pid();
        platform.tracing.snapshots.records.add(List.of(QueueRecords.tcp(8077, self, 2)));
        platform.source.then(Batches.lastCalls(1));
        assertEquals(Outcome.status(1), run(SELF, "--diagnose=1h", "--fail-on=stuck"));
        assertUndecided("stuck", "clients wait, and the run was too short", "run for two seconds or longer");
    }
}
