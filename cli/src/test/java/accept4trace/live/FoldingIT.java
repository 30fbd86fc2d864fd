package accept4trace.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Tests that many equal failing calls become a few lines that account for every call. */
@Tag("any-kernel")
@ExtendWith(Privilege.class)
class FoldingIT {
    private static final int CALLS = 10_000;
    private static final String FAILURE = ") = -1 EAGAIN (Resource temporarily unavailable) ";
    private static final Pattern MORE =
            Pattern.compile("\\[pid \\d+<storm>\\] accept4\\(\\d+<TCP:\\[.*\\]>, (?:\\.\\.\\.|\u2026)"
                    + Pattern.quote(FAILURE) + "\\(x(\\d+) in \\d+\\.\\ds\\)");

    @Test
    void stormIsFoldedIntoFewLines() {
        try (Workload workload = Workload.start("storm", Integer.toString(CALLS), "eagain");
                Tracer tracer = Tracer.startFolding("-p", workload.pidText())) {
            tracer.awaitLive();
            workload.go();
            workload.finish();
            List<String> lines = tracer.out().awaitEnd();
            tracer.awaitExit(0);
            assertEquals(0, tracer.lost());
            assertTrue(lines.get(0).contains(FAILURE + "<"), lines.get(0));
            assertTrue(lines.get(1).contains(FAILURE + "<"), lines.get(1));
            List<String> rest = lines.subList(2, lines.size() - 1);
            assertTrue(rest.size() <= 20, lines::toString);
            assertEquals(
                    CALLS - 2,
                    rest.stream()
                            .map(MORE::matcher)
                            .filter(Matcher::matches)
                            .mapToInt(FoldingIT::count)
                            .sum(),
                    lines::toString);
            assertTrue(lines.get(lines.size() - 1).endsWith("+++ exited with 0 +++"), lines::toString);
        }
    }

    private static int count(Matcher more) {
        return Integer.parseInt(more.group(1));
    }
}
