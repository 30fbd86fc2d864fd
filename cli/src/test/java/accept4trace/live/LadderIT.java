package accept4trace.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertIterableEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests that each rung, i.e. set of hooks, shows the same calls in the same way, or reports that it is unavailable. */
@ExtendWith(Privilege.class)
class LadderIT {
    @ParameterizedTest
    @CsvSource({
        "kprobe, KPROBE, tracepoint+kprobe",
        "tracepoint+fentry, KPROBE, tracepoint+fentry",
        "fd_install, KPROBE, tracepoint+fd_install",
        "tracepoint, TRACEPOINT, tracepoint",
        "fentry, FENTRY, fentry"
    })
    void everyRungCanBeRequested(String probe, Rung like, String hooks) {
        if (Rung.here() == Rung.TRACEPOINT && like != Rung.TRACEPOINT) {
            assertRefused(probe);
            return;
        }
        try (Workload workload = Workload.start("calls");
                Tracer tracer = Tracer.start("--probe=" + probe, "-p", workload.pidText())) {
            assertEquals(hooks, tracer.awaitLive());
            workload.go();
            List<String> expected = workload.lines().stream().map(like::shows).toList();
            assertIterableEquals(
                    expected,
                    tracer.calls().stream().map(TracedCall::unmeasured).toList());
            tracer.awaitExit(0);
        }
    }

    private static void assertRefused(String probe) {
        try (Tracer tracer = Tracer.start("--probe=" + probe, "--all")) {
            tracer.awaitExit(1);
            List<String> printed = tracer.notices();
            assertEquals(2, printed.size(), printed::toString);
            assertTrue(printed.get(0).startsWith("accept4-trace: cannot "), printed::toString);
            assertEquals("hint: without --probe, the best available hooks are used", printed.get(1));
        }
    }
}
