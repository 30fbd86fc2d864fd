package accept4trace.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests recordings (--format=raw) of real workloads, and the reports that --read makes from them. */
class RecordingIT {
    @TempDir
    private Path folder;

    private static List<String> read(Path file, String... options) {
        List<String> arguments = new ArrayList<>(List.of("--read", file.toString()));
        arguments.addAll(List.of(options));
        try (Tracer reader = Tracer.startFolding(arguments.toArray(String[]::new))) {
            reader.awaitExit(0);
            return reader.out().awaitEnd();
        }
    }

    /**
     * Starts the tool so that it prints its usual report, and also writes a recording of the same run to {@code file}.
     */
    private static Program recordToo(Path file, Workload workload, String... options) {
        /* Maven sets this property to the class path of the tests. Other ways of running them do not. */
        String classPath = System.getProperty("surefire.test.class.path");
        Requirements.ofKernel(classPath != null, "Maven is not running");
        List<String> arguments = new ArrayList<>(List.of(
                "-Djna.library.path=" + Path.of("../native/target").toAbsolutePath(),
                "-cp",
                classPath,
                "accept4trace.action.RecordedMain",
                file.toString(),
                "-p",
                workload.pidText()));
        arguments.addAll(List.of(options));
        return Program.start(Path.of(System.getProperty("java.home"), "bin", "java"), arguments);
    }

    @ParameterizedTest
    @CsvSource({
        "calls, ''",
        "calls, -v -ttt",
        "calls, --format=json",
        "calls, --format=strace",
        "calls, --format=columns",
        "calls, --format=perfetto",
        "calls, -c",
        "calls, -c --format=json",
        "matrix, --format=strace",
        "matrix, -v",
        "related, -e all --format=json",
        "troubles, ''",
        "troubles, -c",
        "calls, -k",
        "calls, --diagnose 60s",
        "troubles, --diagnose 60s --format=json"
    })
    @Tag("any-kernel")
    void playbackReportsTheSameAsTheTrace(String name, String options) {
        String[] words = Arrays.stream(options.split(" "))
                .filter(word -> !word.isEmpty())
                .toArray(String[]::new);
        Path file = folder.resolve("recording");
        List<String> expected;
        try (Workload workload = Workload.start(name);
                Program tracer = recordToo(file, workload, words)) {
            Tracer.awaitLive(tracer.err());
            workload.go();
            workload.finish();
            assertEquals(
                    0, tracer.awaitExit(), () -> String.join("\n", tracer.err().awaitEnd()));
            expected = tracer.out().awaitEnd();
        }
        assertFalse(expected.isEmpty());
        assertEquals(expected, read(file, words));
    }

    @Test
    void recordingIsWrittenAndReadThroughPipes() throws IOException {
        Path file = folder.resolve("recording.gz");
        try (Workload workload = Workload.start("calls");
                Tracer tracer = Tracer.attach(workload, "--format=raw", "-o", "|gzip > " + file)) {
            workload.go();
            workload.finish();
            tracer.awaitExit(0);
        }
        try (Program reader = Program.bash(
                "gzip -dc \"$1\" | \"$2\" --read - -c",
                file.toString(),
                Tracer.executable().toString())) {
            assertEquals(0, reader.awaitExit());
            assertTrue(reader.out().awaitEnd().size() > 1);
        }
    }

    @Test
    @Tag("any-kernel")
    void recordingIsPrivate() throws IOException {
        Path file = folder.resolve("recording");
        try (Workload workload = Workload.start("calls");
                Tracer tracer = Tracer.attach(workload, "--format=raw", "-o", file.toString())) {
            workload.go();
            workload.finish();
            tracer.awaitExit(0);
        }
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
    }
}
