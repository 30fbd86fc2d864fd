package accept4trace.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Compares the time in the accept queue with bounds that the workload measured with CLOCK_MONOTONIC, which the tool
 * uses, too.
 */
@ExtendWith(Privilege.class)
class WaitsIT {
    /** The largest rounding error of times in lines, which have six decimals. */
    private static final double ROUNDING = 1e-6;

    @Test
    void waitIsWithinItsBounds() {
        try (Workload workload = Workload.start("waits");
                Tracer tracer = Tracer.attach(workload)) {
            assertWaits(workload, tracer);
        }
    }

    @Test
    void waitIsWithinItsBoundsInATimeNamespace() {
        try (Workload workload = Workload.start("waits");
                Tracer tracer = Tracer.startInTimeNamespace("-p", workload.pidText())) {
            tracer.awaitLive();
            assertWaits(workload, tracer);
        }
    }

    private static void assertWaits(Workload workload, Tracer tracer) {
        workload.go();
        List<String> bounds = workload.lines();
        List<TracedCall> calls = tracer.calls();
        tracer.awaitExit(0);
        assertEquals(bounds.size(), calls.size());
        for (int i = 0; i < bounds.size(); i++) {
            assertWithin(bounds.get(i), calls.get(i));
        }
    }

    private static void assertWithin(String bounds, TracedCall call) {
        String[] fields = bounds.split(" ", -1);
        double wait = call.queueWait();
        assertTrue(call.call().endsWith("->127.0.0.1:" + fields[0] + "]>"), call::text);
        assertTrue(wait >= Double.parseDouble(fields[1]) - ROUNDING, () -> call.text() + ", at least " + fields[1]);
        assertTrue(wait <= Double.parseDouble(fields[2]) + ROUNDING, () -> call.text() + ", at most " + fields[2]);
    }
}
