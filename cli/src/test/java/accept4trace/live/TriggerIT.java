package accept4trace.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Tests --trigger, which keeps events in memory until a condition is met, then shows a window, i.e. the events before
 * and after that moment.
 */
@ExtendWith(Privilege.class)
class TriggerIT {
    @TempDir
    private Path folder;

    /** Traces a workload, one of whose calls fails with EBADF, and returns the lines on stdout. */
    private static List<String> linesAround(String... options) {
        try (Workload workload = Workload.start("calls");
                Tracer tracer = Tracer.attach(workload, options)) {
            workload.go();
            workload.finish();
            tracer.awaitExit(0);
            return tracer.out().awaitEnd();
        }
    }

    @Test
    void windowEndsTheTrace() {
        List<String> lines = linesAround("--trigger", "error=EBADF", "--before", "1h", "--after", "0");
        assertTrue(
                lines.get(0).matches("--- trigger error=EBADF: EBADF in calls\\[\\d+]; only .* kept ---"),
                lines.get(0));
        assertTrue(lines.get(lines.size() - 1).contains(" = -1 EBADF (Bad file descriptor)"), lines.toString());
        assertEquals(
                1, lines.stream().filter(line -> line.contains(" = -1 EBADF ")).count());
    }

    /** Each workload meets one condition. The trace ends at the first trigger. */
    private static Stream<Arguments> conditions() {
        return Stream.of(
                Arguments.of("waits", "wait=40ms", "wait=\\d+\\.\\d+ in waits\\[\\d+]"),
                Arguments.of("calls", "error=EBADF", "EBADF in calls\\[\\d+]"),
                Arguments.of("refused ack 4 1 0 early", "refused", "0\\.0\\.0\\.0:\\d+<-127\\.0\\.0\\.1:\\d+"),
                Arguments.of("stuck epoll", "queue=10%", "queue=3/16 on 127\\.0\\.0\\.1:\\d+"),
                Arguments.of(
                        "stuck stopped",
                        "stuck",
                        "3 connections wait on 127\\.0\\.0\\.1:\\d+, and none has been accepted for [\\d.]+s"));
    }

    /** Returns what the trace has written to its file. */
    private List<String> window(String workload, String condition, String... options) throws IOException {
        Path file = folder.resolve("lines");
        List<String> words = new ArrayList<>(List.of(workload.split(" ")));
        String name = words.remove(0);
        List<String> arguments = new ArrayList<>(
                List.of("-f", "--trigger=" + condition, "--before=1h", "--after=0", "-o", file.toString()));
        arguments.addAll(List.of(options));
        try (Workload server = Workload.start(name, words.toArray(String[]::new));
                Tracer tracer = Tracer.attach(server, arguments.toArray(String[]::new))) {
            if (!name.equals("stuck")) {
                server.go();
            }
            tracer.awaitExit(0);
            assertEquals(List.of(), tracer.out().awaitEnd());
        }
        return Files.readAllLines(file);
    }

    @ParameterizedTest
    @MethodSource("conditions")
    void conditionOpensAWindowInAFile(String workload, String condition, String what) throws IOException {
        String first = window(workload, condition).get(0);
        assertTrue(first.matches("--- trigger " + condition + ": " + what + "; only .* kept ---"), first);
    }

    @ParameterizedTest
    @MethodSource("conditions")
    void conditionIsARecordInJson(String workload, String condition, String what) throws IOException {
        List<String> triggers = window(workload, condition, "--format=json").stream()
                .filter(line -> line.startsWith("{\"type\":\"trigger\","))
                .toList();
        assertEquals(1, triggers.size());
        assertTrue(
                triggers.get(0)
                        .matches(".*,\"condition\":\"" + condition + "\",\"text\":\"" + what
                                + "\",\"before_ns\":3600000000000,\"kept_ns\":\\d+}"),
                triggers.get(0));
    }

    @Test
    @Tag("any-kernel")
    void nothingIsShownIfNoTriggerFires() {
        assertEquals(
                List.of(), linesAround("--trigger", "wait=1h,error=EUCLEAN", "--history", "1M", "--triggers", "2"));
    }

    @Test
    @Tag("any-kernel")
    void windowIsRecorded() {
        Path file = folder.resolve("recording");
        List<String> none = linesAround("--trigger", "error=EBADF", "--format=raw", "-o", file.toString());
        assertEquals(List.of(), none);
        try (Tracer reader = Tracer.startFolding("--read", file.toString(), "-Z")) {
            reader.awaitExit(0);
            assertTrue(reader.out().awaitEnd().stream().anyMatch(line -> line.contains(" = -1 EBADF ")));
        }
    }
}
