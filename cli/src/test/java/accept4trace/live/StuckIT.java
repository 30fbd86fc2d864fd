package accept4trace.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Tests that --diagnose finds servers that do not accept, and says why they do not, although there are no accept calls
 * to trace.
 */
@ExtendWith(Privilege.class)
class StuckIT {
    /** Long enough for several snapshots of the accept queues, which the tool takes a second apart. */
    private static final String TIME = "--diagnose=3s";

    private static List<String> diagnosis(String kind, int status, String failOn) {
        try (Workload workload = Workload.start("stuck", kind);
                Tracer tracer = Tracer.attach(workload, TIME, failOn)) {
            List<String> lines = tracer.out().awaitEnd();
            tracer.awaitExit(status);
            workload.go();
            List<String> expected = workload.linesUntil("done");
            workload.finish();
            assertEquals(
                    expected,
                    Headlines.of(lines).stream().map(StuckIT::masked).toList(),
                    () -> String.join("\n", lines));
            return lines;
        }
    }

    private static String masked(String headline) {
        return headline.replaceAll("\\d+\\.\\d s", "T");
    }

    @ParameterizedTest
    @ValueSource(strings = {"stopped", "client", "futex", "epoll"})
    void saysWhyNobodyAccepts(String kind) {
        List<String> lines = diagnosis(kind, 4, "--fail-on=stuck");
        assertTrue(lines.get(0).matches("1 finding in \\d+\\.\\d s on 1 process \\(" + kind + "\\)"), lines.get(0));
    }

    @Tag("any-kernel")
    @Test
    void findsNothingWrongWithAnIdleServer() {
        List<String> lines = diagnosis("idle", 0, "--fail-on=any");
        assertTrue(lines.get(0).matches("nothing wrong found in \\d+\\.\\d s on 1 process \\(idle\\)"), lines.get(0));
    }
}
