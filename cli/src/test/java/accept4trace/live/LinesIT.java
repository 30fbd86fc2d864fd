package accept4trace.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests options for the content of lines and for where they are written. */
@Tag("any-kernel")
@ExtendWith(Privilege.class)
class LinesIT {
    @TempDir
    private Path folder;

    private static List<String> run(String... options) {
        try (Workload workload = Workload.start("calls");
                Tracer tracer = Tracer.attach(workload, options)) {
            workload.go();
            workload.lines();
            List<String> lines = tracer.out().awaitEnd();
            tracer.awaitExit(0);
            return lines;
        }
    }

    @Test
    void timesNamesAndPaths() {
        List<String> lines = run("-tt", "-r", "--no-comm", "--no-duration", "-y", "-a", "60");
        assertEquals(24, lines.size());
        String leader = "\\[pid \\d+\\] \\d\\d:\\d\\d:\\d\\d\\.\\d{6} \\(\\+ +\\d\\.\\d{6}\\) ";
        assertTrue(
                lines.get(0)
                        .matches(leader + "accept4\\(\\d+<socket:\\[\\d+\\]>, .*\\) = \\d+<socket:\\[\\d+\\]> wait=.*"),
                lines.get(0));
        lines.forEach(line -> assertTrue(line.matches(leader + ".*"), line));
        lines.subList(0, 23).forEach(line -> assertTrue(line.indexOf(" = ") >= 59, line));
    }

    /** With -q, no notice says when tracing has begun, so the test traces a COMMAND, which starts only then. */
    @ParameterizedTest
    @CsvSource({"-q, 24", "-qq, 23"})
    void exitsAreShownUnlessVeryQuiet(String quiet, int count) throws Exception {
        Path file = folder.resolve("lines");
        String tool = Tracer.executable().toString();
        String calls = Workload.executable("calls").toString();
        try (Program run = Program.bash(
                "echo | \"$1\" --no-fold \"$2\" -o \"$3\" -- \"$4\"", tool, quiet, file.toString(), calls)) {
            assertEquals(0, run.awaitExit());
            assertEquals(count, Files.readAllLines(file).size());
            assertEquals(List.of(), run.err().awaitEnd());
        }
    }

    @Test
    void linesGoToACommand() throws Exception {
        Path count = folder.resolve("count");
        /*
         * The command does not keep the tool's stdout and stderr open, so run() returns as soon as the tool has ended.
         * If the tool did not wait for the command, the file would still be empty.
         */
        assertEquals(List.of(), run("-o", "|exec >" + count + " 2>&1; n=$(grep -c 'accept4('); sleep 0.3; echo $n"));
        assertEquals("23", Files.readString(count).strip());
        assertEquals(List.of("23"), run("-o", "!grep -c 'accept4('"));
    }

    /** The command fails after it has read all lines. If it failed earlier, the tool could not write the rest. */
    @Test
    void failingCommandIsReported() {
        try (Workload workload = Workload.start("calls");
                Tracer tracer = Tracer.attach(workload, "-o", "|cat >/dev/null; exit 1")) {
            workload.go();
            workload.finish();
            tracer.awaitExit(1);
            assertTrue(
                    tracer.notices()
                            .contains("accept4-trace: cannot write the trace: the command that reads it has failed:"
                                    + " exit status 1"),
                    () -> tracer.notices().toString());
        }
    }

    /** The command reads only some of the lines, and the rest do not fit into the pipe. */
    @Test
    void commandThatEndsEarlyIsReported() {
        try (Workload workload = Workload.start("storm", "20000");
                Tracer tracer = Tracer.attach(workload, "--no-fold", "-o", "|head -1")) {
            workload.go();
            assertEquals(1, tracer.out().awaitEnd().size());
            tracer.awaitExit(1);
            String notices = tracer.notices().toString();
            assertTrue(notices.contains("cannot write the trace: the command that reads it has ended"), notices);
        }
    }

    @Test
    void appendsOrTruncatesTheFile() throws Exception {
        Path file = Files.writeString(folder.resolve("lines"), "before\n");
        run("-A", "-o", file.toString());
        List<String> lines = Files.readAllLines(file);
        assertEquals(25, lines.size());
        assertEquals("before", lines.get(0));
        run("-o", file.toString());
        assertEquals(24, Files.readAllLines(file).size());
    }
}
