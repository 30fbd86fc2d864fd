package accept4trace.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Compares the wait of each AF_UNIX client with bounds that the workload measured with CLOCK_MONOTONIC, which the tool
 * uses, too. The wait includes the time in connect(2) until there is room in the queue, and the time in the queue. If a
 * client waited for room in vain, and connects again later, only the wait of the later connect(2) counts.
 */
@ExtendWith(Privilege.class)
class UnixRoomIT {
    /** The largest rounding error of times in lines, which have six decimals. */
    private static final double ROUNDING = 1e-6;

    private static void assertWithin(String bounds, TracedCall call) {
        String[] fields = bounds.split(" ", -1);
        assertTrue(call.text().contains("->" + fields[0] + ","), call::text);
        if (Rung.here() == Rung.TRACEPOINT) {
            assertFalse(call.text().contains(" wait="), call::text);
            return;
        }
        double wait = call.queueWait();
        assertTrue(wait >= Double.parseDouble(fields[1]) - ROUNDING, () -> call.text() + ", at least " + fields[1]);
        assertTrue(wait <= Double.parseDouble(fields[2]) + ROUNDING, () -> call.text() + ", at most " + fields[2]);
    }

    private static void assertWaits(String... options) {
        try (Workload workload = Workload.start("room");
                Tracer tracer = Tracer.attach(workload, options)) {
            workload.go();
            List<String> bounds = workload.linesUntil("done");
            workload.finish();
            List<TracedCall> calls = tracer.calls();
            tracer.awaitExit(0);
            assertEquals(bounds.size(), calls.size());
            for (int i = 0; i < bounds.size(); i++) {
                assertWithin(bounds.get(i), calls.get(i));
            }
        }
    }

    @Test
    void waitsForRoomArePartOfTheWait() {
        assertWaits();
    }

    @Test
    void waitsForRoomWithFentry() {
        Requirements.ofKernel(Rung.here() != Rung.TRACEPOINT, "this kernel has no fentry");
        assertWaits("--probe=fentry");
    }
}
