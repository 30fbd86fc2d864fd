package accept4trace.action;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import accept4trace.outcome.Outcome;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class InternalErrorsTest {
    private static List<String> reported(Throwable failure, String... args) {
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        InternalErrors errors = new InternalErrors(new PrintStream(err, true, StandardCharsets.UTF_8), args);
        assertEquals(Outcome.status(1), errors.report(failure));
        return err.toString(StandardCharsets.UTF_8).lines().toList();
    }

    @Test
    void isReportedAsOneLineAndAHint() {
        assertEquals(
                List.of(
                        "accept4-trace: internal error: IllegalStateException: a?[31mb?c",
                        "hint: please report it with what -d shows"),
                reported(new IllegalStateException("a\u001b[31mb\nc"), "-p1", "--", "-d"));
    }

    @Test
    void stackTraceFollowsWithDebug() {
        List<String> lines = reported(new IllegalStateException(), "-d", "-p1");
        assertEquals("accept4-trace: internal error: IllegalStateException", lines.get(0));
        assertEquals("hint: please report it with the lines below", lines.get(1));
        assertEquals("java.lang.IllegalStateException", lines.get(2));
        assertTrue(lines.get(3).startsWith("\tat accept4trace."), lines.get(3));
    }

    @Test
    void hintNamesTheResourceThatRanOut() {
        assertEquals(
                "hint: the limit on processes is too low: ulimit -u, or pids.max of the container",
                reported(new OutOfMemoryError("unable to create native thread: possibly out of memory"))
                        .get(1));
        assertEquals(
                "hint: trace fewer calls, e.g. with -p, --port or --peer",
                reported(new OutOfMemoryError("Java heap space")).get(1));
    }
}
