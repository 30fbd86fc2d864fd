package accept4trace.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertIterableEquals;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Tests connections that a failing call takes off the queue, that the client resets, or that the kernel drops because
 * the queue is full. Also tests addresses that the program changes during the call.
 */
@ExtendWith(Privilege.class)
class TroublesIT {
    /** The mark at the end of the line if another thread has changed the address buffer during the call. */
    private static final String OTHER_THREAD = "!addr-mismatch";

    @Test
    void linesMatchTheWorkload() {
        Rung rung = Rung.here();
        try (Workload workload = Workload.start("troubles");
                Tracer tracer = Tracer.attach(workload)) {
            workload.go();
            List<String> expected = workload.lines().stream()
                    .map(line -> rung.shows(line) + (line.endsWith(OTHER_THREAD) ? rung.peerMark() : ""))
                    .toList();
            assertEquals(26, expected.size());
            assertIterableEquals(
                    expected,
                    tracer.calls().stream().map(TracedCall::unmeasured).toList());
            tracer.awaitExit(0);
        }
    }
}
