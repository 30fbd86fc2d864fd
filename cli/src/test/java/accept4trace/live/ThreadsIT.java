package accept4trace.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Tests the BPF map in which the tool keeps an entry for each thread. */
@ExtendWith(Privilege.class)
class ThreadsIT {
    private static final int THREADS = 1300;
    private static final int EXECUTIONS = 50;

    /**
     * When tracing begins, and the tool chooses the size of the map, the workload has only one thread. Threads that
     * start later must also fit.
     */
    @Test
    void laterThreadsFitIntoTheTable() {
        try (Workload workload = Workload.start("threads", "many", Integer.toString(THREADS));
                Tracer tracer = Tracer.attach(workload)) {
            workload.go();
            workload.awaitLine("called");
            workload.go();
            List<TracedCall> calls = tracer.calls();
            tracer.awaitExit(0);
            assertTrue(calls.size() + tracer.missing() >= THREADS, () -> calls.size() + " calls");
            calls.stream()
                    .filter(call -> !call.isHalf() || !tracer.reportsHalves())
                    .forEach(call -> assertEquals(
                            "accept4(-1, NULL, NULL, 0) = -1 EBADF (Bad file descriptor) <T>", call.unmeasured()));
            assertEquals(0, tracer.lost());
        }
    }

    /**
     * A thread that calls exec takes the id of the main thread. Its former id disappears without the exit of a thread,
     * but the entry of this id must be removed from the map.
     */
    @Test
    void execByAThreadLeavesNoEntry() {
        try (Workload workload = Workload.start("threads", "exec", Integer.toString(EXECUTIONS));
                Tracer tracer = Tracer.attach(workload)) {
            workload.go();
            workload.awaitLine("executed");
            tracer.out().awaitLines(EXECUTIONS + 1);
            long entries = BpfPrograms.entriesOf("calls", tracer.pid());
            assertTrue(entries <= 2, () -> entries + " entries of 2 threads");
            workload.go();
            tracer.awaitExit(0);
        }
    }
}
