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
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The launcher loads programs by a guess at what Java will want. A wrong guess costs time alone, hence this look at how
 * often they were loaded.
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
    void whatMostTracesWantIsGuessedRight(String options) throws IOException {
        assertEquals(1, timesLoaded(options));
    }

    @ParameterizedTest
    @ValueSource(strings = {"--port 80 -p PID", "--buffer 64K -p PID", "-e trace=accept -p PID", "-d -p PID"})
    void allElseIsLoadedAsItIsWanted(String options) throws IOException {
        assertEquals(2, timesLoaded(options));
    }

    private long timesLoaded(String options) throws IOException {
        Path log = folder.resolve("log");
        List<String> words = new ArrayList<>(List.of("-f", "-e", "trace=bpf", "-o", log.toString()));
        words.add(Tracer.executable().toString());
        String pid = Long.toString(ProcessHandle.current().pid());
        words.addAll(List.of(options.replace("PID", pid).split(" ")));
        words.addAll(List.of("--duration", "1ms"));
        try (Program strace = Program.start(Requirements.installed("strace"), words)) {
            assertEquals(0, strace.awaitExit());
        }
        try (Stream<String> lines = Files.lines(log)) {
            return lines.filter(line -> line.contains(LOADED)).count();
        }
    }
}
