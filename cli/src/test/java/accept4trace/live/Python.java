package accept4trace.live;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/** Runs Python scripts that read the output of the tool, as users' scripts do. */
final class Python {
    private Python() {}

    /** Copies a script into {@code folder}, runs it, and returns its output. */
    static List<String> run(String script, Path folder, String... arguments) throws IOException {
        Path file = folder.resolve(script);
        try (InputStream source = Python.class.getResourceAsStream(script)) {
            Files.copy(Objects.requireNonNull(source, script), file, StandardCopyOption.REPLACE_EXISTING);
        }
        List<String> all =
                Stream.concat(Stream.of(file.toString()), Stream.of(arguments)).toList();
        try (Program python = Program.start(Requirements.installed("python3"), all)) {
            List<String> lines = python.out().awaitEnd();
            assertEquals(
                    0, python.awaitExit(), () -> String.join("\n", python.err().awaitEnd()));
            return lines;
        }
    }
}
