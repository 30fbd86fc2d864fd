package accept4trace.action;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import accept4trace.capture.CaptureException;
import accept4trace.capture.FailureKind;
import accept4trace.capture.Hook;
import accept4trace.capture.Probe;
import accept4trace.fake.FakePlatform;
import accept4trace.outcome.Outcome;
import accept4trace.outcome.UserError;
import accept4trace.proc.FakeMachine;
import accept4trace.text.Errno;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CheckCommandTest {
    /** CAP_BPF, CAP_PERFMON, CAP_SYS_PTRACE and CAP_DAC_READ_SEARCH. */
    private static final String ENOUGH = "000000c000080004";

    private final FakePlatform platform = new FakePlatform();
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    @TempDir
    private Path root;

    private FakeMachine machine;

    @BeforeEach
    void aMachineOnWhichAllIsWell() {
        machine = new FakeMachine(root);
    }

    private Outcome run() throws UserError {
        PrintStream lines = new PrintStream(out, true, StandardCharsets.UTF_8);
        return new CheckCommand(lines, machine.machine(), platform).run();
    }

    private void assertRefused(String what, String hint) {
        UserError error = assertThrows(UserError.class, this::run);
        assertEquals(List.of("1", what, hint), List.of("" + error.status(), error.getMessage(), error.hint()));
    }

    private List<String> lines() {
        return out.toString(StandardCharsets.UTF_8).lines().toList();
    }

    @Test
    void printsATableOfHooksAndTheChosenOnes() throws UserError {
        platform.source.probe = Probe.KPROBE;
        platform.tracing.missing.put(Hook.FENTRY, Errno.EOPNOTSUPP);
        platform.tracing.missing.put(Hook.ACCEPT_FENTRY, Errno.EOPNOTSUPP);
        platform.tracing.missing.put(Hook.FD_INSTALL, Errno.ENOENT);
        assertEquals(Outcome.status(0), run());
        assertEquals(
                """
                hook                                   here   gives
                tracepoints of accept4 and accept      yes    arguments, result, duration
                kprobe security_sock_graft             yes    race-free peer, lost connections, io_uring, 32-bit callers
                kprobe security_socket_accept          yes    exact listener
                kprobe security_unix_stream_connect    yes    queue wait of AF_UNIX connections
                fentry of the same three functions     no     a substitute for their kprobes (not in this kernel)
                kprobe fd_install                      no     a substitute for security_sock_graft: race-free peer only (ENOENT: No such file or directory)
                fentry and fexit of __sys_accept4      no     --probe=fentry: no cost to other processes (not in this kernel)
                tracepoints of closed TCP sockets      yes    closed listeners, clients that give up
                kprobe unix_release_sock               yes    closed AF_UNIX listeners
                would use: tracepoint+kprobe. Every accept is seen.""",
                String.join("\n", lines().subList(1, lines().size())));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "TRACEPOINT_FENTRY | tracepoint+fentry. Every accept is seen.",
                "FD_INSTALL | tracepoint+fd_install. Lost connections, and the direct descriptors of io_uring, are not seen.",
                "TRACEPOINT | tracepoint. Peers are looked up after each call; lost connections, io_uring and 32-bit programs"
                        + " are not seen."
            })
    void namesTheHooksThatATraceAttaches(Probe probe, String choice) throws UserError {
        platform.source.probe = probe;
        platform.tracing.missing.put(Hook.ACCEPT_FENTRY, Errno.EOPNOTSUPP);
        run();
        assertEquals("would use: " + choice, lines().get(lines().size() - 1));
        assertTrue(platform.source.closed);
    }

    @Test
    void recommendsHooksThatCostOthersNothing() throws UserError {
        run();
        assertEquals(
                "on a busy machine, use --probe=fentry: it does not slow down other processes",
                lines().get(lines().size() - 1));
    }

    @Test
    void missingTracepointsAreAFailure() {
        platform.tracing.missing.put(Hook.TRACEPOINTS, Errno.ENOENT);
        assertRefused(
                "cannot trace: no tracepoints for accept4 and accept",
                "use a kernel built with CONFIG_FTRACE_SYSCALLS=y, e.g. that of a current distribution");
    }

    /** On some kernels, a hook can be opened but not attached, so --check attaches the hooks, too. */
    @Test
    void hooksThatCannotBeAttachedAreAFailure() {
        platform.tracing.failure = new CaptureException("attach to security_sock_graft", Errno.EPERM, "");
        assertRefused(
                "cannot attach to security_sock_graft: EPERM (Operation not permitted)",
                "a security module may forbid bpf(2): see the kernel's log (dmesg)");
    }

    @Test
    void namesASettingThatForbidsTracing() {
        machine.status(1000, ENOUGH, 0).perfEventParanoid(3);
        platform.tracing.failure =
                new CaptureException(FailureKind.TRACEPOINT, "attach to syscalls:sys_enter_accept4", Errno.EACCES, "");
        assertRefused(
                "cannot attach to syscalls:sys_enter_accept4: EACCES (Permission denied)",
                "kernel.perf_event_paranoid is 3, so tracing needs CAP_SYS_ADMIN; after sysctl kernel.perf_event_paranoid=2,"
                        + " CAP_PERFMON is enough");
        assertTrue(lines().get(0).endsWith(", perf_event_paranoid 3"), lines()::toString);
    }

    @Test
    void userWithCapabilitiesPassesTheCheck() throws UserError {
        machine.status(1000, ENOUGH, 0).perfEventParanoid(2);
        run();
        assertEquals(13, lines().size());
        assertTrue(lines().get(0).endsWith(", lockdown none, perf_event_paranoid 2"), lines()::toString);
    }

    @Test
    void missingOptionalCapabilitiesAreListed() throws UserError {
        machine.status(1000, "000000c000000000", 0);
        run();
        assertEquals(
                List.of(
                        "CAP_DAC_READ_SEARCH is missing: open files of other users' processes are unreadable",
                        "CAP_SYS_PTRACE is missing: open files and stacks of other users' processes are unreadable"),
                lines().subList(11, 13));
    }

    @Test
    void unknownSudoUserIsReported() {
        platform.system.invokerFailure = new CaptureException(
                FailureKind.INVOKER, "identify the user who ran sudo", 0, "SUDO_UID is not the id of a user");
        assertRefused(
                "cannot identify the user who ran sudo: SUDO_UID is not the id of a user",
                "unset SUDO_UID, SUDO_GID and SUDO_USER to trace as root itself");
    }

    /** The table is printed before the error. */
    @Test
    void unprivilegedUserIsRefused() {
        machine.status(1000, "0000000000000000", 0);
        assertRefused(
                "not allowed to trace: CAP_BPF and CAP_PERFMON missing",
                "run it as root: sudo accept4-trace ...; for other ways see WITHOUT ROOT in the manual");
        assertEquals(
                List.of(
                        "CAP_BPF is missing: BPF programs cannot be loaded",
                        "CAP_PERFMON is missing: BPF programs cannot be attached"),
                lines().subList(11, 13));
    }
}
