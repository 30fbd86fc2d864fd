package accept4trace.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests calls that never return to the program, because their threads are killed. */
@ExtendWith(Privilege.class)
class KilledIT {
    private static final int THREADS = 4;
    private static final String HEAD = "\\[pid \\d+<blocked>\\] accept4\\(3<TCP:\\[127\\.0\\.0\\.1:\\d+\\]>, ";
    private static final String CALL = HEAD + "(NULL, NULL|0x[0-9a-f]+, \\[16\\]), SOCK_CLOEXEC\\) = \\? ";
    /** The line of a call for which the kernel has skipped the BPF program that runs when the thread ends. */
    private static final String HALF_CALL = HEAD + "(NULL, NULL|0x[0-9a-f]+, 0x[0-9a-f]+), SOCK_CLOEXEC\\) = \\? <\\?>";

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"KILL", "TERM"})
    void callsInterruptedByASignalAreShown(String signal) {
        try (Workload workload = Workload.start("blocked", Integer.toString(THREADS));
                Tracer tracer = Tracer.attach(workload)) {
            Program.signal(signal, workload.pid());
            List<String> lines = tracer.out().awaitEnd();
            tracer.awaitExit(0);
            assertEnded(lines, tracer.notices(), "<>=\\d+\\.\\d{6}>", "+++ killed by SIG" + signal + " +++");
        }
    }

    /** The input of the command is empty, so the command ends while its threads are still in the call. */
    @Test
    void callsInterruptedByTheEndOfTheProcessAreShown() throws IOException {
        Path output = folder.resolve("output");
        String[] arguments = {
            Tracer.executable().toString(),
            output.toString(),
            Workload.executable("blocked").toString(),
            Integer.toString(THREADS)
        };
        try (Program shell = Program.bash("\"$1\" -o \"$2\" -- \"$3\" \"$4\" </dev/null", arguments)) {
            List<String> notices = shell.err().awaitEnd();
            assertEquals(1, shell.awaitExit());
            assertEnded(Files.readAllLines(output), notices, "<\\d+\\.\\d{6}>", "+++ exited with 1 +++");
        }
    }

    private static void assertEnded(List<String> lines, List<String> notices, String duration, String end) {
        String call = Tracer.reportsHalves(notices) ? CALL + duration + "|" + HALF_CALL : CALL + duration;
        int calls = lines.size() - 1;
        assertTrue(calls <= THREADS && calls + Tracer.missing(notices) >= THREADS, lines::toString);
        for (String line : lines.subList(0, calls)) {
            assertTrue(line.matches(call), line);
        }
        assertTrue(lines.get(calls).endsWith("<blocked>] " + end), lines.get(calls));
    }
}
