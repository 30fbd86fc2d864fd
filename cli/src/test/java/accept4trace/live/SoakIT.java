package accept4trace.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs two tracers at the same time, with servers that start and end, for a4t.soak.seconds. Checks that nothing is
 * lost, that no line is wrong, and that neither memory nor the kernel's tables grow.
 */
@Tag("any-kernel")
@ExtendWith(Privilege.class)
class SoakIT {
    private static final int SECONDS = Integer.getInteger("a4t.soak.seconds", 20);
    private static final String PAUSE_US = "4000";
    private static final Duration BETWEEN_SAMPLES = Duration.ofMillis(500);
    /** The growth allowed for a Java runtime after the first third of the time. */
    private static final long GROWTH_KIB = 8 * 1024;

    @TempDir
    private Path folder;

    @Test
    void noLossesAndNoGrowth() throws IOException {
        Path text = folder.resolve("text");
        Path json = folder.resolve("json");
        try (Workload workload = Workload.start("churn", Integer.toString(SECONDS), PAUSE_US);
                Tracer first = Tracer.attach(workload, "-f", "-o", text.toString());
                Tracer second = Tracer.start("--all", "--comm", "churn", "--format=json", "-o", json.toString());
                PerfCount perf = PerfCount.start(folder, workload.pid())) {
            second.awaitLive();
            long others = BpfPrograms.entriesOf("calls", second.pid());
            workload.go();
            List<Memory> memories = List.of(new Memory(first), new Memory(second));
            sampleUntilDone(workload, memories);
            long counted = perf.stop();
            assertEquals(0, BpfPrograms.entriesOf("calls", first.pid()), "calls in flight of threads that are gone");
            assertEquals(1, BpfPrograms.entriesOf("targets", first.pid()), "processes that are traced");
            assertTrue(BpfPrograms.entriesOf("calls", second.pid()) <= others, "calls of threads that are gone");
            memories.forEach(Memory::assertLevel);
            end(first);
            end(second);
            workload.go();
            ChurnClaims claims = ChurnClaims.of(workload);
            System.out.println(counted + " calls of " + claims.processes() + " processes");
            claims.compare(Files.readAllLines(text), counted);
            String[] arguments = {JsonIT.schema().toString(), text.toString(), json.toString()};
            assertEquals(List.of(counted + " calls alike"), Python.run("soak.py", folder, arguments));
        }
    }

    /** Samples at fixed intervals, because this test is about changes over time. */
    private static void sampleUntilDone(Workload workload, List<Memory> memories) {
        long end = System.nanoTime()
                + Duration.ofSeconds(SECONDS).plus(Await.LIMIT).toNanos();
        while (!workload.hasPrinted("done")) {
            assertTrue(System.nanoTime() < end && workload.isAlive(), "the workload does not end as it should");
            LockSupport.parkNanos(BETWEEN_SAMPLES.toNanos());
            memories.forEach(Memory::sample);
        }
    }

    private static void end(Tracer tracer) {
        tracer.signal("INT");
        tracer.awaitExit(130);
        assertEquals(0, tracer.lost());
    }

    /** Memory samples of a tracer, in KiB. */
    private static final class Memory {
        private final long pid;
        private final List<Long> resident = new ArrayList<>();

        Memory(Tracer tracer) {
            pid = tracer.pid();
        }

        void sample() {
            resident.add(Proc.kib(pid, "VmRSS"));
        }

        void assertLevel() {
            int warm = resident.size() / 3;
            long before = Collections.max(resident.subList(0, warm));
            long after = Collections.max(resident.subList(warm, resident.size()));
            String usage = "VmRSS KiB: at most " + before + " in the first third, then " + after + ", at the end "
                    + resident.get(resident.size() - 1) + ", VmHWM " + Proc.kib(pid, "VmHWM");
            System.out.println(usage);
            assertTrue(after - before <= GROWTH_KIB, usage);
        }
    }
}
