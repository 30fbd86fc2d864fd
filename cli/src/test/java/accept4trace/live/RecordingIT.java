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
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests recordings (--format=raw) of real workloads, and the reports that --read makes from them. */
class RecordingIT {
    private static final int MAX_BYTES = 50;
    /** What --diagnose needs. */
    private static final String DIAGNOSED = "accept4,accept,io_uring,%poll,refused,closed";

    @TempDir
    private Path folder;

    /** What the tool has printed. */
    private record Printed(List<String> lines, List<String> notices) {
        static Printed by(Program tool) {
            assertEquals(0, tool.awaitExit(), () -> String.join("\n", tool.err().awaitEnd()));
            return new Printed(tool.out().awaitEnd(), tool.err().awaitEnd());
        }
    }

    private static Printed read(Path file, List<String> options) {
        List<String> arguments = new ArrayList<>(List.of("--read", file.toString()));
        arguments.addAll(options);
        try (Program reader = Program.start(Tracer.executable(), arguments)) {
            return Printed.by(reader);
        }
    }

    /** Starts a class of the unit tests. */
    private static Program java(String mainClass, List<String> arguments) {
        Path target = Workload.executable("").getParent();
        Path libraries =
                Tracer.executable().resolve("../../lib/accept4-trace/native").normalize();
        List<String> all = new ArrayList<>(List.of(
                "-Djna.boot.library.path=" + libraries,
                "-Djna.library.path=" + libraries,
                "-cp",
                target.resolve("test-classes") + ":" + target.resolve("classes") + ":" + target.resolve("app") + "/*",
                mainClass));
        all.addAll(arguments);
        return Program.start(Path.of(System.getProperty("java.home"), "bin", "java"), all);
    }

    /**
     * Starts the tool so that it prints its usual report, and also writes a recording of the same run to {@code file}.
     */
    private static Program recordToo(Path file, Workload workload, List<String> options) {
        List<String> arguments = new ArrayList<>(List.of(file.toString(), "-p", workload.pidText()));
        arguments.addAll(options);
        return java("accept4trace.action.RecordedMain", arguments);
    }

    private static List<String> words(String text) {
        return Arrays.stream(text.split(" ")).filter(word -> !word.isEmpty()).toList();
    }

    private static Workload start(String command) {
        List<String> words = words(command);
        return Workload.start(words.get(0), words.subList(1, words.size()).toArray(String[]::new));
    }

    /** Compares both what is printed to stdout and to stderr. */
    private void assertSameReport(String command, String options) {
        Path file = folder.resolve("recording");
        Printed expected;
        try (Workload workload = start(command);
                Program tracer = recordToo(file, workload, words(options))) {
            Tracer.awaitLive(tracer.err());
            workload.go();
            workload.finish();
            expected = Printed.by(tracer);
        }
        assertFalse(expected.lines().isEmpty());
        assertEquals(expected, read(file, words(options)));
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
        "calls, --diagnose 60s",
        "closed close, -e trace=closed --format=json",
        "handshakes, -v",
        "matrix, --format=strace",
        "matrix, -v",
        "others, -c",
        "refused ack 4 1 0 early, '-e trace=accept4,refused'",
        "related, -e all --format=json",
        "renamed, --format=json",
        "stacks, -k",
        "storm 1000 mixed, ''",
        "troubles, ''",
        "troubles, -c",
        "troubles, --diagnose 60s --format=json",
        "waits, --trigger=wait=40ms"
    })
    @Tag("any-kernel")
    void playbackReportsTheSameAsTheTrace(String workload, String options) {
        assertSameReport(workload, options);
    }

    /** Runs on each kernel, because its hooks determine what is recorded. */
    @ParameterizedTest
    @CsvSource({"related, -e all --format=json", "troubles, -c", "calls, --diagnose 60s"})
    void playbackReportsTheSameOnThisKernel(String workload, String options) {
        assertSameReport(workload, options);
    }

    private void record(String command, Path file, String... options) {
        try (Workload workload = start(command);
                Tracer tracer = Tracer.attach(workload, with(options, "--format=raw", "-o", file.toString()))) {
            workload.go();
            workload.finish();
            tracer.awaitExit(0);
        }
    }

    private static String[] with(String[] options, String... more) {
        return Stream.concat(Stream.of(options), Stream.of(more)).toArray(String[]::new);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"calls", "matrix", "related", "troubles", "handshakes", "closed close", "refused ack 4 1 0 early"
            })
    @Tag("any-kernel")
    void damagedRecordingIsReadUpToTheDamage(String workload) {
        Path file = folder.resolve("recording");
        record(workload, file, "-e", "trace=all,refused,closed");
        try (Program damage = java("accept4trace.action.DamageMain", List.of(file.toString()))) {
            List<String> lines = damage.out().awaitEnd();
            assertEquals(
                    0, damage.awaitExit(), () -> String.join("\n", damage.err().awaitEnd()));
            assertEquals(1, lines.size(), () -> String.join("\n", lines));
        }
    }

    /**
     * The average includes the rest of the recording: its header, and the answers of lookups and snapshots. Events are
     * accepts, including those that fail with EAGAIN, polls, and closes without reading.
     */
    @ParameterizedTest
    @CsvSource({
        "storm 20000 mixed, 20000",
        "storm 20000 eagain, 20000",
        "served 5000 blocking, 5000",
        "served 5000 unix, 5000",
        "served 5000 polled, 15000",
        "served 5000 unread, 10000"
    })
    @Tag("any-kernel")
    void eventsTakeFewBytes(String workload, int events) throws IOException {
        Path file = folder.resolve("recording");
        record(workload, file, "-e", DIAGNOSED);
        long each = Files.size(file) / events;
        assertTrue(each <= MAX_BYTES, () -> each + " bytes an event");
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
        record("calls", file);
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
    }
}
