package accept4trace.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertIterableEquals;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Calls that seccomp denies never begin; they are told from those that began before the tracer came. */
@ExtendWith(Privilege.class)
class SeccompIT {
    @Test
    void deniedCallsAreToldFromOlderOnes() {
        Rung rung = Rung.here();
        try (Workload workload = Workload.start("denied");
                Tracer tracer = Tracer.attach(workload)) {
            workload.go();
            List<String> expected = workload.lines().stream()
                    .map(line -> line.endsWith("seccomp") ? line : line + rung.peerMark())
                    .toList();
            assertEquals(5, expected.size());
            assertIterableEquals(
                    expected,
                    tracer.calls().stream().map(TracedCall::unmeasuredLine).toList());
            tracer.awaitExit(0);
        }
    }

    /** What such a call leaves as its result is the number of the call. */
    @Test
    void trappedCallsHaveNoResult() {
        try (Workload workload = Workload.start("trapped");
                Tracer tracer = Tracer.attach(workload)) {
            workload.go();
            assertEquals(3, workload.lines().size());
            assertIterableEquals(
                    workload.lines(),
                    tracer.calls().stream().map(TracedCall::unmeasuredLine).toList());
            tracer.awaitExit(0);
        }
    }
}
