package accept4trace.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests traces that are piped to programs that end early, or that need each line immediately. */
@Tag("any-kernel")
@ExtendWith(Privilege.class)
class PipesIT {
    private static final String TRACE = "\"$1\" -p \"$2\"";
    private static final String STATUS = "; echo \"status ${PIPESTATUS[0]}\"";

    @Test
    void aBusyTraceEndsWithHead() {
        try (Workload workload = Workload.start("storm", "steady", "mixed");
                Program shell = trace(workload, TRACE + " | head -1" + STATUS)) {
            workload.go();
            assertOneLineAndBrokenPipe(shell);
            assertTrue(workload.isAlive());
        }
    }

    @Test
    void anIdleTraceEndsWithHead() {
        try (Workload workload = Workload.start("storm", "1");
                Program shell = trace(workload, TRACE + " | head -1" + STATUS)) {
            Tracer.awaitLive(shell.err());
            workload.go();
            assertOneLineAndBrokenPipe(shell);
            assertTrue(workload.isAlive());
        }
    }

    @Test
    void closedReaderEndsAnIdleTrace() {
        try (Workload workload = Workload.start("storm", "1");
                Program shell = trace(workload, TRACE + " | true" + STATUS)) {
            assertEquals(List.of("status 141"), shell.out().awaitEnd());
            assertTrue(workload.isAlive());
        }
    }

    /** This also holds if only the windows around triggers are written. */
    @ParameterizedTest
    @ValueSource(strings = {"--format=json", "--trigger=wait=1h", "--format=raw --trigger=wait=1h"})
    void endOfAnOutputCommandEndsAnIdleTrace(String options) {
        try (Workload workload = Workload.start("storm", "1");
                Program shell = trace(workload, TRACE + " -q " + options + " -o '|exit 3'" + STATUS)) {
            assertEquals(List.of("status 1"), shell.out().awaitEnd());
            assertTrue(shell.err().awaitEnd().stream()
                    .anyMatch(line ->
                            line.startsWith("accept4-trace: cannot write the trace: the command that reads it has"
                                    + " failed: exit status 3; 0 events and ")));
            assertTrue(workload.isAlive());
        }
    }

    @Test
    void lineReachesAFilterImmediately() {
        try (Workload workload = Workload.start("storm", "1");
                Program shell = trace(workload, TRACE + " | grep --line-buffered EAGAIN")) {
            Tracer.awaitLive(shell.err());
            workload.go();
            shell.out().awaitLine("the only call", line -> line.contains(") = -1 EAGAIN "));
            assertTrue(workload.isAlive());
            assertTrue(shell.isAlive());
        }
    }

    private static Program trace(Workload workload, String script) {
        return Program.bash(script, Tracer.executable().toString(), workload.pidText());
    }

    private static void assertOneLineAndBrokenPipe(Program shell) {
        List<String> lines = shell.out().awaitEnd();
        assertEquals(2, lines.size(), lines::toString);
        assertEquals(1, TracedCall.parseAll(lines.subList(0, 1)).size());
        assertEquals("status 141", lines.get(1));
    }
}
