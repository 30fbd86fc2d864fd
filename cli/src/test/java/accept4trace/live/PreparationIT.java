package accept4trace.live;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Tests that each trace loads its BPF programs exactly once, and that other runs load none. If the options are common
 * ones, the launcher loads the programs while Java starts. Otherwise, the Java program loads them.
 */
@Tag("any-kernel")
@ExtendWith(Privilege.class)
class PreparationIT {
    private static final String LOADED = "prog_name=\"accept4_enter\"";

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(
            strings = {"-p PID", "-p PID -o /dev/null", "--format=json -p PID", "-f -p PID", "--all", "-c -f -p PID"})
    void commonTracesLoadProgramsOnce(String options) throws IOException {
        assertEquals(1, timesLoaded(options));
    }

    @ParameterizedTest
    @ValueSource(strings = {"--port 80 -p PID", "--buffer 64K -p PID", "-e trace=accept -p PID", "-d -p PID"})
    void otherTracesLoadProgramsOnce(String options) throws IOException {
        assertEquals(1, timesLoaded(options));
    }

    @ParameterizedTest
    @CsvSource({
        "--help, 0",
        "-h, 0",
        "--version, 0",
        "-p PID --frob, 2",
        "-p PID --color=red, 2",
        "-p PID --all, 2",
        "-q, 2"
    })
    void nothingIsLoadedWithoutATrace(String options, int status) throws IOException {
        assertEquals(0, timesLoaded(status, options));
    }

    private long timesLoaded(String options) throws IOException {
        return timesLoaded(0, options + " --duration 1ms");
    }

    private long timesLoaded(int status, String options) throws IOException {
        Path log = folder.resolve("log");
        List<String> words = new ArrayList<>(List.of("-f", "-e", "trace=bpf", "-o", log.toString()));
        words.add(Tracer.executable().toString());
        String pid = Long.toString(ProcessHandle.current().pid());
        words.addAll(List.of(options.replace("PID", pid).split(" ")));
        try (Program strace = Program.start(Requirements.installed("strace"), words)) {
            assertEquals(status, strace.awaitExit());
        }
        try (Stream<String> lines = Files.lines(log)) {
            return lines.filter(line -> line.contains(LOADED)).count();
        }
    }
}
