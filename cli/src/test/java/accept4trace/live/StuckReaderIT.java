package accept4trace.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests a reader of the output that is stuck while more events arrive than all buffers hold. */
@Tag("any-kernel")
@ExtendWith(Privilege.class)
class StuckReaderIT {
    private static final int CALLS = 50_000;
    private static final String COUNT = Integer.toString(CALLS);
    /** The memory growth allowed for lines that cannot be written. */
    private static final long GROWTH_KIB = 8 * 1024;

    private static final String TRACE =
            "exec 3> >(echo \"reader $BASHPID\" >&2; kill -STOP $BASHPID; exec cat >\"$3\");"
                    + " \"$1\" --no-fold --buffer 64K -p \"$2\" >&3 & echo \"tracer $!\" >&2; exec 3>&-;"
                    + " wait $!; echo \"status $?\"";

    /** Makes stderr a full pipe that nobody reads. */
    private static final String FULL_STDERR = "exec 3> >(exec sleep 60); head -c 65536 /dev/zero >&3;"
            + " \"$1\" -p \"$2\" 2>&3 & echo \"tracer $!\" >&2; wait $!; echo \"status $?\"";

    private static final String STUCK = "accept4-trace: cannot write the last events: the output is blocked";

    @TempDir
    private Path folder;

    @Test
    void lossesAreCountedAndTheRestFollows() throws IOException {
        try (Workload workload = Workload.start("storm", COUNT, "mixed");
                Program shell = trace(workload)) {
            Tracer.awaitLive(shell.err());
            long before = Proc.kib(tracer(shell), "VmHWM");
            burst(workload, CALLS);
            long after = Proc.kib(tracer(shell), "VmHWM");
            assertTrue(after - before < GROWTH_KIB, () -> before + " KiB grew to " + after);
            Program.signal("CONT", reader(shell));
            burst(workload, 2 * CALLS);
            workload.finish();
            assertEquals(List.of("status 0"), shell.out().awaitEnd());
            long lost = Tracer.lost(shell.err().awaitEnd());
            List<String> lines = Files.readAllLines(folder.resolve("lines"));
            TracedCall.parseAll(lines);
            assertTrue(lost > 0, () -> shell.err().awaitEnd().toString());
            /* There is one more event than calls: the end of the process. */
            assertEquals(2L * CALLS + 1, lines.size() + lost);
        }
    }

    @ParameterizedTest
    @CsvSource({"INT, 130", "TERM, 143"})
    void signalEndsTheTrace(String signal, int status) throws IOException {
        try (Workload workload = Workload.start("storm", COUNT, "mixed");
                Program shell = trace(workload)) {
            Tracer.awaitLive(shell.err());
            burst(workload, CALLS);
            Program.signal(signal, tracer(shell));
            shell.out().awaitLine("its end", line -> line.equals("status " + status));
            Program.signal("CONT", reader(shell));
            assertEquals(
                    1, shell.err().awaitEnd().stream().filter(STUCK::equals).count());
            burst(workload, 2 * CALLS);
        }
    }

    /** Nobody reads stderr here, so the tool cannot write its notices. */
    @ParameterizedTest
    @CsvSource({"INT, 130", "TERM, 143"})
    void signalEndsTheTraceIfStderrIsFull(String signal, int status) {
        try (Workload workload = Workload.start("storm", COUNT, "mixed");
                Program shell = Program.bash(FULL_STDERR, Tracer.executable().toString(), workload.pidText())) {
            long tracer = printed(shell, "tracer ");
            Await.until("a notice that cannot be written", () -> writesToAPipe(tracer));
            Program.signal(signal, tracer);
            shell.out().awaitLine("its end", line -> line.equals("status " + status));
        }
    }

    private static boolean writesToAPipe(long tracer) {
        try (DirectoryStream<Path> threads = Files.newDirectoryStream(Path.of("/proc/" + tracer + "/task"))) {
            for (Path thread : threads) {
                if (Files.readString(thread.resolve("wchan")).endsWith("pipe_write")) {
                    return true;
                }
            }
            return false;
        } catch (IOException e) {
            return false; // A thread has ended meanwhile.
        }
    }

    private Program trace(Workload workload) {
        return Program.bash(
                TRACE,
                Tracer.executable().toString(),
                workload.pidText(),
                folder.resolve("lines").toString());
    }

    private static void burst(Workload workload, int calls) {
        workload.go();
        workload.awaitLine(Integer.toString(calls));
    }

    private static long reader(Program shell) {
        return printed(shell, "reader ");
    }

    private static long tracer(Program shell) {
        return printed(shell, "tracer ");
    }

    /** Returns a process id that the shell prints to stderr. */
    private static long printed(Program shell, String name) {
        String line = shell.err().awaitLine(name + "and its id", text -> text.startsWith(name));
        return Long.parseLong(line.substring(name.length()));
    }
}
