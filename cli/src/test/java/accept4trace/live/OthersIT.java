package accept4trace.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertIterableEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests accepts other than accept4 by 64-bit programs: accept, io_uring, and the calls of 32-bit programs. */
@ExtendWith(Privilege.class)
class OthersIT {
    private static final String URING = " via=io_uring";
    /**
     * The index of the line for the connection that is accepted into the file table of the io_uring. This connection
     * gets no descriptor, so a hook on fd_install() cannot see it.
     */
    private static final int WITHOUT_DESCRIPTOR = 9;

    @Test
    void ioUringIsTracedOnRequest() {
        Rung rung = Rung.here();
        try (Workload workload = Workload.start("others");
                Tracer tracer = Tracer.start("-e", "trace=accept4,accept,io_uring", "-p", workload.pidText())) {
            tracer.awaitLive();
            workload.go();
            List<String> claimed = workload.lines();
            /* Before Linux 5.19, the two lines of multishot accepts are missing. */
            assertTrue(claimed.size() == 12 || claimed.size() == 10, claimed::toString);
            List<String> expected = claimed.stream()
                    .filter(line -> rung.seesEveryAccept() || !line.endsWith(URING))
                    .map(line -> line.endsWith(URING) ? line : rung.shows(line))
                    .toList();
            assertIterableEquals(expected, unmarked(tracer));
            tracer.awaitExit(0);
            boolean reported = tracer.notices()
                    .contains("accept4-trace: accepts by io_uring are not seen without kprobes or fentry");
            assertEquals(rung == Rung.TRACEPOINT, reported);
        }
    }

    /**
     * The kernel also calls fd_install() in socket(2). After a failed accept by io_uring, the tool must not report the
     * next new socket as the connection of that accept.
     */
    @Test
    void newSocketIsNotAConnection() {
        Requirements.ofKernel(Rung.here().seesEveryAccept(), "this kernel has no kprobes");
        try (Workload workload = Workload.start("others");
                Tracer tracer = Tracer.start(
                        "--probe=fd_install", "-e", "trace=accept4,accept,io_uring", "-p", workload.pidText())) {
            tracer.awaitLive();
            workload.go();
            List<String> expected = new ArrayList<>(workload.lines());
            expected.remove(WITHOUT_DESCRIPTOR);
            assertIterableEquals(expected, unmarked(tracer));
            tracer.awaitExit(0);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--status=all | accept4 and accept | accept | 6",
                "-etrace=accept4 | accept4 | accept4( | 2",
                "-etrace=accept | accept | accept( | 4"
            })
    void accept4AndAcceptAreTracedUnlessNarrowed(String option, String calls, String shown, int lines) {
        try (Workload workload = Workload.start("others");
                Tracer tracer = Tracer.attach(workload, option)) {
            workload.go();
            List<String> expected = workload.lines().stream()
                    .filter(line -> line.startsWith(shown) && !line.endsWith(URING))
                    .map(Rung.here()::shows)
                    .toList();
            assertEquals(lines, expected.size());
            assertIterableEquals(expected, unmarked(tracer));
            tracer.awaitExit(0);
            String notice = "accept4-trace: tracing " + calls + " of " + workload.pid() + " (others, 2 threads) via "
                    + Rung.here().label() + Rung.here().unknown() + "; ^C ends";
            assertTrue(tracer.notices().contains(notice), tracer.notices()::toString);
        }
    }

    /**
     * Returns the calls without the mark ~peer (the peer may be wrong). Without kprobes, a line has this mark only if
     * another thread of the workload exists during the call, which the test does not control.
     */
    private static List<String> unmarked(Tracer tracer) {
        return tracer.calls().stream()
                .map(call -> call.unmeasured().replace(" ~peer", ""))
                .toList();
    }

    /** The workload calls accept4 directly, then accept4 and accept through socketcall. */
    @Test
    void kprobesSeeCallsOf32BitPrograms() throws IOException {
        Requirements.require(Files.exists(Workload.executable("calls32")), "no 32-bit programs on this processor");
        Requirements.ofKernel(
                runs32BitPrograms(), "this kernel runs no 32-bit programs: boot it with ia32_emulation=on");
        try (Workload workload = Workload.start("calls32");
                Tracer tracer = Tracer.start("-p", workload.pidText())) {
            if (Rung.here() == Rung.TRACEPOINT) {
                assertEquals(
                        List.of(
                                "accept4-trace: " + workload.pid()
                                        + " is a 32-bit program, whose calls are not seen without kprobes or fentry",
                                "hint: strace -f -e trace=accept,accept4,socketcall -p " + workload.pid()
                                        + " sees them"),
                        tracer.notices()
                                .subList(
                                        tracer.notices().size() - 2,
                                        tracer.notices().size()));
                tracer.awaitExit(1);
                return;
            }
            tracer.awaitLive();
            int port = Proc.listeningPort(workload.pid());
            workload.go();
            List<TracedCall> calls = tracer.calls();
            String listener = "?<TCP:[127.0.0.1:" + port + "]>";
            String result = " = ?<TCP:[127.0.0.1:" + port + "->127.0.0.1:PORT]> wait=T queue=0/5 via=";
            assertIterableEquals(
                    List.of(
                            "accept4(" + listener + ", ?, ?, ?)" + result + "compat",
                            "accept4(" + listener + ", ?, ?, ?)" + result + "socketcall",
                            "accept(" + listener + ", ?, ?)" + result + "socketcall"),
                    calls.stream()
                            .map(call -> call.unmeasured().replaceFirst("(->127\\.0\\.0\\.1):\\d+", "$1:PORT"))
                            .toList());
            tracer.awaitExit(0);
        }
    }

    /** The fd of these calls is unknown, so no filter by fd matches. */
    @Test
    void filterByFdMatchesNoCallOf32BitPrograms() throws IOException {
        Requirements.require(Files.exists(Workload.executable("calls32")), "no 32-bit programs on this processor");
        Requirements.ofKernel(
                runs32BitPrograms(), "this kernel runs no 32-bit programs: boot it with ia32_emulation=on");
        Requirements.ofKernel(Rung.here().seesEveryAccept(), "this kernel has no kprobes");
        try (Workload workload = Workload.start("calls32");
                Tracer tracer = Tracer.attach(workload, "--fd=0")) {
            workload.go();
            assertIterableEquals(List.of(), tracer.calls());
            tracer.awaitExit(0);
        }
    }

    /**
     * If the kernel cannot run the program, Java runs it as a shell script. This script fails without printing a line
     * to stdout, unlike the program.
     */
    private static boolean runs32BitPrograms() throws IOException {
        Process process = new ProcessBuilder(Workload.executable("calls32").toString())
                .redirectInput(new File("/dev/null"))
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try (BufferedReader printed = process.inputReader()) {
            return printed.readLine() != null;
        } finally {
            process.destroyForcibly();
        }
    }
}
