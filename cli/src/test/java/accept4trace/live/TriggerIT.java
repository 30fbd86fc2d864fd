package accept4trace.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tests --trigger, which keeps events in memory until a condition is met, then shows a window, i.e. the events before
 * and after that moment.
 */
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
