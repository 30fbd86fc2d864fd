package accept4trace.action;

import static accept4trace.event.SampleLosses.losses;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import accept4trace.capture.CallFilter.Call;
import accept4trace.capture.CaptureException;
import accept4trace.capture.FailureKind;
import accept4trace.capture.Probe;
import accept4trace.event.Coverage;
import accept4trace.event.FamilyCoverage;
import accept4trace.event.Losses;
import accept4trace.fake.Batches;
import accept4trace.fake.FakePlatform;
import accept4trace.fake.FakeSource;
import accept4trace.fake.FakeSystem;
import accept4trace.options.Arguments;
import accept4trace.options.Settings;
import accept4trace.outcome.Outcome;
import accept4trace.outcome.UserError;
import accept4trace.output.Notices;
import accept4trace.output.OutputStyle;
import accept4trace.proc.FakeMachine;
import accept4trace.session.TraceSession.Result;
import accept4trace.text.Errno;
import accept4trace.text.SignalNames;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TraceCommandTest {
    private static final int KILL = 9;
    private static final int EINVAL = 22;
    private static final String SELF = "-p" + ProcessHandle.current().pid();

    private final FakePlatform platform = new FakePlatform();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @TempDir
    private Path root;

    private FakeMachine machine;

    @BeforeEach
    void aMachineOnWhichAllIsWell() {
        machine = new FakeMachine(root);
    }

    /**
     * The first five columns are possible causes of the exit status. In each row, the cause that decided the row above
     * is missing.
     */
    @ParameterizedTest
    @CsvSource({
        "2, true, true, 7, true, 0, 2",
        "0, true, true, 7, true, 0, 13",
        "0, false, true, 7, true, 4, 0",
        "0, false, false, 7, true, 7, 0",
        "0, false, false, 0, true, 3, 0",
        "0, false, false, 0, false, 0, 0"
    })
    void firstMatchingCauseDecidesTheStatus(
            int signal, boolean readerGone, boolean found, int command, boolean strict, int status, int endedBy) {
        Result result = new Result(signal, readerGone, true, 1, losses(1, 0, 0, 0, 0, 0, 0));
        assertEquals(
                new Outcome(status, endedBy), TraceCommand.outcome(result, found, Outcome.status(command), strict));
    }

    @ParameterizedTest
    @CsvSource({"true, 4, 0", "false, 0, 9"})
    void findingPrecedesTheSignalThatKilledTheCommand(boolean found, int status, int endedBy) {
        Result result = new Result(0, false, true, 1, Losses.NONE);
        assertEquals(new Outcome(status, endedBy), TraceCommand.outcome(result, found, Outcome.signal(KILL), true));
    }

    private Outcome run(String... options) throws UserError {
        Settings settings = Arguments.parse(options);
        Notices notices = new Notices(
                new PrintStream(err, true, StandardCharsets.UTF_8),
                settings.session().quiet());
        return new TraceCommand(settings, notices, machine.machine(), new OutputStyle(Map.of()), platform).run();
    }

    private void assertRefused(int status, String what, String hint, String... options) {
        UserError error = assertThrows(UserError.class, () -> run(options));
        assertEquals(
                List.of("" + status, what, hint),
                List.of(
                        "" + error.status(),
                        error.getMessage().replaceFirst("and \\d+ bytes", "and N bytes"),
                        error.hint()));
    }

    private static CaptureException failure(String stage, int errno) {
        return new CaptureException(stage, errno, "");
    }

    @ParameterizedTest
    @CsvSource({"-q", "--probe=tracepoint", "--output=FILE"})
    void unknownSudoUserPreventsAttaching(String option) {
        platform.system.invokerFailure = new CaptureException(
                FailureKind.INVOKER, "identify the user who ran sudo", 0, "SUDO_UID is not the id of a user");
        assertRefused(
                1,
                "cannot identify the user who ran sudo: SUDO_UID is not the id of a user",
                "unset SUDO_UID, SUDO_GID and SUDO_USER to trace as root itself",
                option,
                SELF);
        assertNull(platform.tracing.settings);
        assertNull(platform.system.opened);
        assertEquals("", err.toString(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--diagnose | false | ",
                "--diagnose | true | --diagnose needs",
                "-e%poll,accept | true | the selected calls need"
            })
    void noticeNamesWhatFentryCannotSeeAndWhatSlowsOthers(String option, boolean slowsOthers, String needs) {
        platform.source.probe = Probe.FENTRY;
        platform.source.slowsOthers = slowsOthers;
        platform.source.then(null);
        assertThrows(UserError.class, () -> run(SELF, option));
        String notices = platform.system.text(2);
        assertTrue(notices.contains(" via fentry; unknown here: "), notices);
        assertTrue(notices.contains("calls that seccomp answers; "), notices);
        String slow = needs + " tracepoints, which slow down every system call of every process";
        assertEquals(slowsOthers, notices.contains(slow), notices);
    }

    /** The notice must not mention clients that the filter excludes. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "-f | refused SYNs, refused AF_UNIX clients, closed AF_UNIX listeners",
                "--family=unix | refused AF_UNIX clients, closed AF_UNIX listeners",
                "--family=inet | refused SYNs"
            })
    void noticeNamesOnlyUnknownClientsThatCanMatch(String option, String unknown) {
        platform.source.probe = Probe.KPROBE;
        platform.source.refusals = new FamilyCoverage(Coverage.SOME, Coverage.NONE);
        platform.source.closings = new FamilyCoverage(Coverage.ALL, Coverage.NONE);
        platform.source.then(null);
        assertThrows(UserError.class, () -> run(SELF, "-erefused,closed", option));
        String notices = platform.system.text(2);
        assertTrue(notices.contains("; unknown here: " + unknown + "; "), notices);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "-r | accept4 and accept",
                "-c | accept4 and accept",
                "--diagnose | accept4, accept, io_uring, %poll and closed listeners",
                "--format=strace | accept4 and accept",
                "-etrace=accept4 | accept4",
                "-etrace=accept | accept",
                "-e%poll,bind | bind and %poll",
                "-erefused | refused connections",
                "-erefused,accept | accept and refused connections"
            })
    void noticeNamesTheCalls(String option, String calls) {
        platform.source.then(null);
        assertThrows(UserError.class, () -> run(SELF, option));
        String notices = platform.system.text(2);
        assertTrue(notices.contains("accept4-trace: tracing " + calls + " of " + SELF.substring(2) + " ("), notices);
    }

    /** Otherwise, the table would show that a closed listener has reset nobody. */
    @ParameterizedTest
    @CsvSource({"--quiet, true", "--fd=3, false"})
    void closedListenersAreNotCountedWithAFilterByFd(String option, boolean counted) {
        platform.source.then(null);
        assertThrows(UserError.class, () -> run(SELF, "-c", option));
        assertEquals(counted, platform.tracing.settings.filter().calls().contains(Call.CLOSED));
    }

    /** Reading the cgroup of each caller slows the target. */
    @ParameterizedTest
    @CsvSource({
        "SELF, false",
        "SELF -v, true",
        "SELF --format=json, true",
        "SELF --format=json -c, false",
        "SELF --format=columns, false",
        "SELF --format=columns --fields=unit, true",
        "SELF --format=columns --fields=container, true",
        "--all, true",
        "--all -c, false",
        "--all --format=strace, false",
        "--all --format=columns, false",
        "--all --diagnose, false"
    })
    void cgroupsAreReadOnlyIfTheyAreShown(String options, boolean read) {
        platform.source.then(null);
        assertThrows(UserError.class, () -> run(options.replace("SELF", SELF).split(" ")));
        assertEquals(read, platform.tracing.settings.extras().cgroups());
    }

    @Test
    void unprivilegedUserIsRefusedImmediately() {
        machine.status(1000, "0000000000000000", 0);
        assertRefused(
                1,
                "not allowed to trace: CAP_BPF and CAP_PERFMON missing",
                "run it as root: sudo accept4-trace ...; for other ways see WITHOUT ROOT in the manual",
                SELF);
        assertFalse(platform.loaded);
    }

    @Test
    void missingProcess() {
        assertRefused(
                1, "no such process: 2147483647", "pidof NAME or pgrep -a NAME shows process ids", "-p2147483647");
        platform.source.ended.add(Math.toIntExact(ProcessHandle.current().pid()));
        assertRefused(
                1, "no such process: " + SELF.substring(2), "pidof NAME or pgrep -a NAME shows process ids", SELF);
        assertTrue(platform.source.closed);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "auto | accept4-trace --check shows what this kernel allows, -d shows libbpf's messages",
                "kprobe | without --probe, the best available hooks are used"
            })
    void hooksThatCannotBeAttached(String probe, String hint) {
        platform.tracing.failure = failure("attach the hooks", EINVAL);
        assertRefused(1, "cannot attach the hooks: EINVAL (Invalid argument)", hint, SELF, "--probe", probe);
    }

    @Test
    void failingSource() {
        platform.source.then(Batches.calls(1)).then(null);
        assertRefused(1, "cannot read events: ESRCH (No such process)", "the process has ended", SELF);
        assertTrue(platform.source.closed);
    }

    @Test
    void unwinderThatDoesNotStart() {
        assertRefused(
                1, "cannot start a4t-unwinder: it has ended", "install it again with install.sh", SELF, "--stack");
    }

    @Test
    void outputThatCannotBeOpened() {
        platform.system.openFailure = failure("write to /no/file", Errno.ENOENT);
        assertRefused(
                1,
                "cannot write to /no/file: no such folder",
                "choose a file in an existing folder that you can write to",
                SELF,
                "-o/no/file");
        assertNull(platform.tracing.settings);
    }

    @Test
    void fullDevice() {
        platform.system.writeErrnos.put(FakeSystem.FILE, Errno.ENOSPC);
        platform.source.then(Batches.calls(3));
        assertRefused(
                1,
                "cannot write the trace: No space left on device; 3 events and N bytes of lines not written,"
                        + " 0 events lost before",
                "free some space, or write to another file system",
                SELF,
                "-olines");
    }

    @ParameterizedTest
    @CsvSource({"0x0300, has failed: exit status 3", "0x000f, has failed: killed by signal 15", "0, has ended"})
    void outputCommandThatEndsEarly(String waitStatus, String how) {
        platform.system.writeErrnos.put(FakeSystem.FILE, Errno.EPIPE);
        platform.system.waitStatuses.put(FakeSystem.OUTPUT_COMMAND, Integer.decode(waitStatus));
        platform.source.then(Batches.calls(3));
        assertRefused(
                1,
                "cannot write the trace: the command that reads it " + how
                        + "; 3 events and N bytes of lines not written, 0 events lost before",
                "the reader of the output must run until the trace ends",
                SELF,
                "-o|gzip");
    }

    @Test
    void endOfAnOutputCommandEndsAnIdleTrace() {
        platform.system.waitStatuses.put(FakeSystem.OUTPUT_COMMAND, 0x0300);
        platform.source.then(Batches.batch(0, 0, true, false));
        assertRefused(
                1,
                "cannot write the trace: the command that reads it has failed: exit status 3; 0 events and N bytes of lines not written, 0 events lost before",
                "the reader of the output must run until the trace ends",
                SELF,
                "-o|gzip");
        assertEquals(FakeSystem.FILE, platform.tracing.settings.watch().outputFd());
    }

    @Test
    void signalPrecedesTheEndOfAnOutputCommand() throws UserError {
        platform.system.waitStatuses.put(FakeSystem.OUTPUT_COMMAND, 0);
        platform.source.then(Batches.batch(0, 15, true, false));
        assertEquals(Outcome.signal(15), run(SELF, "-o|gzip"));
    }

    @Test
    void failureOfAnOutputCommandAfterASignalIsOnlyReported() throws UserError {
        platform.system.waitStatuses.put(FakeSystem.OUTPUT_COMMAND, 0x0300);
        platform.source.then(Batches.batch(1, 2, false, false));
        assertEquals(Outcome.signal(2), run(SELF, "-o|gzip", "-q"));
        assertEquals(
                """
                accept4-trace: cannot write the trace: the command that reads it has failed: exit status 3
                hint: check that the output still exists and has space left
                """,
                platform.system.text(2));
    }

    @Test
    void readerThatClosesTheOutput() throws UserError {
        platform.system.writeErrnos.put(1, Errno.EPIPE);
        platform.source.then(Batches.calls(1)).then(Batches.batch(0, 0, true, false));
        assertEquals(Outcome.signal(SignalNames.SIGPIPE), run(SELF));
    }

    @ParameterizedTest
    @CsvSource({"--strict, 3", "--quiet, 0"})
    void lostEventsFailOnlyStrictRuns(String option, int status) throws UserError {
        platform.source.then(Batches.lastCalls(1), losses(1, 0, 0, 0, 0, 0, 0), () -> {});
        assertEquals(Outcome.status(status), run(SELF, option));
    }

    @Test
    void returnsTheStatusOfTheCommand() throws UserError {
        platform.system.waitStatuses.put(FakeSource.COMMAND, 0x0700);
        platform.source.then(Batches.lastCalls(1));
        assertEquals(Outcome.status(7), run("--", "server"));
        assertTrue(platform.system.text(2).contains(" = -1 EBADF"), () -> platform.system.text(2));
        assertEquals("", platform.system.text(1));
    }

    @Test
    void missingCommand() {
        platform.source.releaseFailure = failure("run the command", Errno.ENOENT);
        assertRefused(127, "cannot run server: command not found", "check its name, or give its path", "--", "server");
        assertTrue(platform.source.closed);
    }

    @Test
    void unknownUserInTheUidFilter() {
        assertRefused(
                1,
                "no such user: nobody-else",
                "getent passwd lists the users; --uid requires a name or a number",
                SELF,
                "--uid=nobody-else");
    }
}
