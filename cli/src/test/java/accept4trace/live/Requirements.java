package accept4trace.live;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/**
 * What a live test needs from its machine. What is missing skips the test and says so, or fails it where live tests
 * are a must.
 */
final class Requirements {
    private static final String MUST = "a4t.require.live";

    private Requirements() {}

    static void require(boolean fulfilled, String reason) {
        if (Boolean.getBoolean(MUST)) {
            Assertions.assertTrue(fulfilled, reason);
        }
        Assumptions.assumeTrue(fulfilled, reason);
    }

    static String property(String name) {
        String value = System.getProperty(name);
        require(value != null, "system property " + name + " is not set");
        return value;
    }

    /** Administrators' programs count as installed even when the PATH of the test leaves them out. */
    static Path installed(String program) {
        Stream<String> folders =
                Stream.concat(Stream.of(System.getenv("PATH").split(":", -1)), Stream.of("/usr/sbin", "/sbin"));
        Optional<Path> found = folders.map(folder -> Path.of(folder, program))
                .filter(Files::isExecutable)
                .findFirst();
        require(found.isPresent(), program + " is not installed");
        return found.orElseThrow();
    }

    static boolean isRoot() {
        try (Stream<String> status = Files.lines(Path.of("/proc/self/status"))) {
            return status.anyMatch(line -> line.matches("Uid:\\s+\\d+\\s+0\\s.*"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
