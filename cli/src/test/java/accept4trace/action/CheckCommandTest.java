package accept4trace.action;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import accept4trace.capture.CaptureException;
import accept4trace.capture.Hook;
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
        platform.tracing.missing.put(Hook.FENTRY, Errno.EOPNOTSUPP);
        platform.tracing.missing.put(Hook.FD_INSTALL, Errno.ENOENT);
        assertEquals(Outcome.status(0), run());
        assertEquals(
                """
                hook                                   here   gives
                tracepoint sys_enter/exit_accept4      yes    arguments, result, duration
                kprobe security_sock_graft             yes    race-free peer, lost ones, io_uring, 32-bit callers
                kprobe security_socket_accept          yes    exact listener
                kprobe security_unix_stream_connect    yes    queue wait of AF_UNIX connections
                fentry of all three                    no     the same, where kprobes do not work (not in this kernel)
                kprobe fd_install                      no     race-free peer, where neither works (ENOENT (No such file or directory))
                would use: tracepoint+kprobe. Nothing is missing.""",
                String.join("\n", lines().subList(1, lines().size())));
    }

    /** {@code missing} lists hooks that cannot be attached to. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "SOCK_GRAFT | tracepoint+fentry. Nothing is missing.",
                "SOCK_GRAFT FENTRY | tracepoint+fd_install. Lost connections and direct descriptors of io_uring"
                        + " are not seen.",
                "SOCKET_ACCEPT FENTRY | tracepoint. Peers are looked up after each call and marked ~peer; lost"
                        + " connections, io_uring and 32-bit programs are not seen."
            })
    void choosesTheBestAvailableHooks(String missing, String choice) throws UserError {
        for (String hook : missing.split(" ")) {
            platform.tracing.missing.put(Hook.valueOf(hook), Errno.ENOENT);
        }
        run();
        assertEquals("would use: " + choice, lines().get(lines().size() - 1));
    }

    @Test
    void missingTracepointsAreAFailure() {
        platform.tracing.missing.put(Hook.TRACEPOINTS, Errno.ENOENT);
        assertRefused(
                "cannot trace: no accept4 tracepoints",
                "run it as root, on a kernel built with CONFIG_FTRACE_SYSCALLS=y");
    }

    @Test
    void forbiddenTracepointsAreAFailure() {
        platform.tracing.missing.put(Hook.TRACEPOINTS, Errno.EPERM);
        assertRefused(
                "cannot attach to syscalls:sys_enter_accept4: EPERM (Operation not permitted)",
                "a security module may forbid bpf(2): the kernel's log tells (dmesg)");
    }

    @Test
    void reportsThatTheProgramsCannotBeLoaded() {
        platform.tracing.failure = new CaptureException("load the BPF programs", Errno.EPERM, "");
        assertRefused(
                "cannot load the BPF programs: EPERM (Operation not permitted)",
                "a security module may forbid bpf(2): the kernel's log tells (dmesg)");
    }

    /** The table is still printed. */
    @Test
    void unprivilegedUserIsRefused() {
        machine.status(1000, "0000000000000000", 0);
        assertRefused(
                "not allowed to trace: CAP_BPF and CAP_PERFMON missing", "run it as root: sudo accept4-trace ...");
        assertEquals(8, lines().size());
    }
}
