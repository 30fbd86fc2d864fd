package accept4trace.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Tests that lost events are counted. While the tracer is stopped, more events arrive than the buffer can hold. */
@ExtendWith(Privilege.class)
class LossIT {
    private static final String CALLS = "20000";

    @Test
    void linesAndLossesAddUpToAllCalls() {
        assertLossIsCounted(0);
    }

    @Test
    void strictMakesLossAFailure() {
        assertLossIsCounted(3, "--strict");
    }

    private static void assertLossIsCounted(int status, String... options) {
        String[] all =
                Stream.concat(Stream.of("--buffer", "64K"), Stream.of(options)).toArray(String[]::new);
        try (Workload workload = Workload.start("storm", CALLS, "mixed");
                Tracer tracer = Tracer.attach(workload, all)) {
            tracer.signal("STOP");
            Await.until("the tracer is stopped", () -> Proc.isStopped(tracer.pid()));
            workload.go();
            workload.awaitLine(CALLS);
            tracer.signal("CONT");
            workload.finish();
            int lines = tracer.out().awaitEnd().size();
            tracer.awaitExit(status);
            assertTrue(tracer.lost() > 0, () -> "no loss reported: " + tracer.notices());
            // The end of the process is an event, too. It has a line, or is counted as lost if the ring buffer is still
            // full.
            assertEquals(Long.parseLong(CALLS) + 1, lines + tracer.lost());
        }
    }
}
