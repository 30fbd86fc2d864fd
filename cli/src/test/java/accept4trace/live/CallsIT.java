package accept4trace.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertIterableEquals;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Compares the complete line of each kind of call with the line that the caller, a workload, expects. */
@ExtendWith(Privilege.class)
class CallsIT {
    @Test
    void linesMatchTheWorkload() {
        Rung rung = Rung.here();
        try (Workload workload = Workload.start("calls");
                Tracer tracer = Tracer.start("-p", workload.pidText())) {
            assertEquals(rung.label(), tracer.awaitLive());
            workload.go();
            List<String> expected = workload.lines().stream()
                    .map(line -> "[pid " + workload.pid() + "<calls>] " + rung.shows(line))
                    .toList();
            List<String> traced =
                    tracer.calls().stream().map(TracedCall::unmeasuredLine).toList();
            assertEquals(23, expected.size());
            assertIterableEquals(expected, traced);
            tracer.awaitExit(0);
        }
    }
}
