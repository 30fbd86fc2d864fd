package accept4trace.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tests threads and clients that preempt each other on few CPUs. On some kernels, a BPF program on a tracepoint can be
 * preempted. Meanwhile, the kernel skips this program for other threads on the same CPU. Each call must still have a
 * line, or be among the calls that are reported as missing.
 */
@ExtendWith(Privilege.class)
class SkippedRunsIT {
    private static final String SECONDS = "2";

    @TempDir
    private Path folder;

    @Test
    void everyCallHasALineOrIsReportedAsMissing() throws IOException {
        try (Workload workload = Workload.start("churn", SECONDS);
                Tracer tracer = Tracer.attach(workload, "-f", "--no-fold", "--buffer", "64M");
                PerfCount perf = PerfCount.start(folder, workload.pid())) {
            workload.go();
            workload.awaitLine("done");
            long counted = perf.stop();
            tracer.signal("INT");
            List<TracedCall> calls = tracer.calls();
            tracer.awaitExit(130);
            workload.go();
            long missing = tracer.missing();
            assertEquals(0, tracer.lost());
            assertTrue(calls.size() <= counted, () -> calls.size() + " lines of " + counted + " calls");
            assertTrue(
                    calls.size() + missing >= counted,
                    () -> calls.size() + " lines and " + missing + " missing of " + counted + " calls");
            assertEquals(0, calls.stream().filter(TracedCall::isOlderThanTracer).count());
            assertEquals(calls.stream().filter(TracedCall::isHalf).count(), tracer.halves());
        }
    }

    @Test
    void callsThatAreFilteredOutAreNotCountedAsIncomplete() throws IOException {
        try (Workload workload = Workload.start("churn", SECONDS);
                Tracer tracer = Tracer.attach(workload, "-f", "--no-fold", "--comm=nobody")) {
            workload.go();
            workload.awaitLine("done");
            tracer.signal("INT");
            assertEquals(List.of(), tracer.calls());
            tracer.awaitExit(130);
            workload.go();
            assertEquals(0, tracer.halves());
        }
    }
}
