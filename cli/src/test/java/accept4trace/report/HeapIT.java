package accept4trace.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests complete runs with the heap size of the launcher, and with more keys than each table has room for. */
@Tag("any-kernel")
class HeapIT {
    private static final Path LAUNCHER = Path.of("../native/launcher/launcher.c");
    private static final Pattern OPTION = Pattern.compile("\"(-Xm[xsn]\\d+m|-XX:\\+UseSerialGC)\"");
    private static final int CONNECTIONS = 100_000;

    @TempDir
    private Path folder;

    /** {@code written} is part of a required line of the report; empty if the report needs a terminal. */
    @ParameterizedTest
    @CsvSource({
        "0, -c --format=json -o FILE, other_listeners",
        "0, --interval 1s, more than",
        "0, --diagnose 200s, limited by memory",
        "0, --live, ''",
        "20, -k -C --format=json -o FILE, other_workers",
        "2, -k -o FILE, accept4("
    })
    void largestTraceFitsIntoTheHeap(int stackEach, String options, String written)
            throws IOException, InterruptedException {
        Path file = folder.resolve("lines");
        List<String> command = new ArrayList<>(List.of(System.getProperty("java.home") + "/bin/java"));
        command.addAll(shippedHeap());
        command.addAll(List.of(
                "-Djna.library.path=" + Path.of("../native/target").toAbsolutePath(),
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                CrowdMain.class.getName(),
                Integer.toString(CONNECTIONS),
                Integer.toString(stackEach)));
        command.addAll(List.of(options.replace("FILE", file.toString()).split(" ")));
        Path out = folder.resolve("out");
        Path err = folder.resolve("err");
        Process process = new ProcessBuilder(command)
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start();
        int status = process.waitFor();
        String printed = Files.readString(err);
        assertEquals(0, status, printed);
        assertFalse(printed.contains("OutOfMemoryError"), printed);
        Path result = options.contains("FILE") ? file : out;
        assertTrue(
                written.isEmpty() || contains(result, written), () -> result + " without " + written + ": " + printed);
    }

    /** Returns the heap options from the source of the launcher, e.g. -Xmx28m. */
    private static List<String> shippedHeap() throws IOException {
        List<String> options = OPTION.matcher(Files.readString(LAUNCHER))
                .results()
                .map((MatchResult match) -> match.group(1))
                .toList();
        assertEquals(4, options.size(), options::toString);
        return options;
    }

    /** Reads line by line, because files can be large. */
    private static boolean contains(Path file, String text) throws IOException {
        try (Stream<String> lines = Files.lines(file, StandardCharsets.ISO_8859_1)) {
            return lines.anyMatch(line -> line.contains(text));
        }
    }
}
