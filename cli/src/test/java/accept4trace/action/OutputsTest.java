package accept4trace.action;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import accept4trace.capture.CaptureException;
import accept4trace.detail.KernelDetails;
import accept4trace.event.Losses;
import accept4trace.fake.FakeSnapshots;
import accept4trace.fake.FakeSystem;
import accept4trace.options.Arguments;
import accept4trace.outcome.UserError;
import accept4trace.output.OutputStyle;
import accept4trace.output.Sink;
import accept4trace.output.WriteException;
import accept4trace.proc.FakeMachine;
import accept4trace.proc.Processes;
import accept4trace.queue.QueueRecords;
import accept4trace.queue.QueueSampler;
import accept4trace.session.SessionOutput;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OutputsTest {
    private static final int STDOUT = 1;
    private static final int STDERR = 2;

    private final FakeSystem system = new FakeSystem();

    @TempDir
    private Path root;

    private Outputs outputs(String... options) throws UserError {
        return outputs(Map.of(), options);
    }

    private Outputs outputs(Map<String, String> environment, String... options) throws UserError {
        Processes processes = new Processes(root);
        return new Outputs(
                Arguments.parse(options),
                Scene.here(
                        new FakeMachine(root).machine(),
                        processes,
                        system,
                        new KernelDetails(system, processes, null, null)),
                system,
                new OutputStyle(environment));
    }

    private void write(String line, String... options) throws UserError, IOException {
        try (Sink sink = outputs(options).openSink()) {
            sink.lines().add(line);
            sink.flush();
        }
    }

    @Test
    void linesGoToStdoutUnlessACommandUsesIt() throws Exception {
        write("line\n", "--all");
        assertEquals("line\n", system.text(STDOUT));
        write("other\n", "--", "server");
        assertEquals("other\n", system.text(STDERR));
    }

    /** The strace format escapes all non-ASCII characters in any locale. */
    @ParameterizedTest
    @CsvSource({"text, true", "columns, true", "json, true", "strace, false"})
    void onlyTheStraceFormatIsAscii(String format, boolean utf8) throws Exception {
        Map<String, String> locale = Map.of("LC_ALL", "C.UTF-8");
        try (Sink sink = outputs(locale, "--all", "--format=" + format).openSink()) {
            assertEquals(utf8, sink.style().utf8());
        }
    }

    @Test
    void linesGoToAFile() throws Exception {
        write("line\n", "--all", "-o", "lines");
        assertEquals("lines", system.opened);
        assertEquals("line\n", system.text(FakeSystem.FILE));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "2 | '' | no such folder | choose a file in an existing folder that you can write to",
                "13 | '' | permission denied | choose a file in an existing folder that you can write to",
                "9 | '' | it is not open | let the shell open the descriptor, as in 3> FILE",
                "21 | '' | Is a directory | choose a file in an existing folder that you can write to",
                "1 | a stranger's | a stranger's | choose a folder that only root can write to, or let the shell open the file: > FILE"
            })
    void fileThatCannotBeOpened(int errno, String detail, String why, String hint) {
        system.openFailure = new CaptureException("write to /no/file", errno, detail);
        UserError error = assertThrows(UserError.class, () -> write("", "--all", "-o", "/no/file"));
        assertEquals(1, error.status());
        assertEquals("cannot write to /no/file: " + why, error.getMessage());
        assertEquals(hint, error.hint());
    }

    @Test
    void commandThatCannotBeStarted() {
        system.openFailure = new CaptureException("start a shell", 11, "");
        UserError error = assertThrows(UserError.class, () -> write("", "--all", "-o", "|gzip"));
        assertEquals("cannot write to |gzip: Resource temporarily unavailable", error.getMessage());
    }

    @ParameterizedTest
    @CsvSource({"0x0300, exit status 3", "0x000f, killed by signal 15", ", No child processes"})
    void failingCommandLosesLines(String waitStatus, String why) {
        if (waitStatus != null) {
            system.waitStatuses.put(FakeSystem.OUTPUT_COMMAND, Integer.decode(waitStatus));
        }
        IOException e = assertThrows(IOException.class, () -> write("line\n", "--all", "-o", "|gzip >file"));
        assertEquals("the command that reads it has failed: " + why, e.getMessage());
        assertEquals("gzip >file", system.opened);
        assertEquals("line\n", system.text(FakeSystem.FILE));
    }

    @Test
    void successfulCommandIsNotReportedAsLoss() {
        system.waitStatuses.put(FakeSystem.OUTPUT_COMMAND, 0);
        assertDoesNotThrow(() -> write("line\n", "--all", "-o", "!gzip"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "32 | the reader of the output must run until the trace ends",
                "28 | free some space, or write to another file system",
                "5 | check that the output still exists and has space left",
                "0 | check that the output still exists and has space left"
            })
    void eachWriteErrorHasItsHint(int errno, String hint) {
        UserError error = Outputs.unwritten(new WriteException("why; 1 event", errno, 7));
        assertEquals(1, error.status());
        assertEquals("cannot write the trace: why; 1 event", error.getMessage());
        assertEquals(hint, error.hint());
    }

    /**
     * The width of the terminal to which the lines are written determines the columns. With a COMMAND, lines are
     * written to stderr. A file gets the columns that fit into 80 cells.
     */
    @ParameterizedTest
    @CsvSource({
        "1, --all --format=columns, FLAGS",
        "2, --all --format=columns, RESULT",
        "2, --format=columns -- server, FLAGS",
        "1, --all --format=columns -o lines, RESULT"
    })
    void columnsFitTheTerminalOfTheLines(int terminal, String options, String last) throws Exception {
        system.terminalWidths.put(terminal, 107);
        Outputs outputs = outputs(options.split(" "));
        try (Sink sink = outputs.openSink()) {
            outputs.of(sink, noQueues()).formatter().tick(sink.lines(), 0);
            String titles = sink.lines().toString();
            assertTrue(titles.endsWith(" " + last + "\n"), titles);
        }
    }

    /** The summary goes to a standard stream that is used neither by the lines of the trace nor by a COMMAND. */
    @ParameterizedTest
    @CsvSource({"-C --all, 2", "-C --all -o lines, 1", "-c --all, 1", "-C -o lines -- server, 2"})
    void summaryGoesToTheExpectedStream(String options, int stream) throws Exception {
        Outputs outputs = outputs(options.split(" "));
        try (Sink sink = outputs.openSink()) {
            SessionOutput output = outputs.of(sink, noQueues());
            output.observer().end(0, Losses.NONE, 1_000_000_000L, 0);
        }
        assertTrue(
                system.text(stream).contains("0 calls"),
                () -> "stdout: " + system.text(STDOUT) + ", stderr: " + system.text(STDERR));
        assertEquals("", system.text(STDOUT + STDERR - stream));
    }

    private static QueueSampler noQueues() {
        return new QueueSampler(
                new FakeSnapshots(), tgid -> true, QueueRecords.EVERYTHING, why -> {}, Runnable::run, () -> 0);
    }
}
