package accept4trace.live;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Tests processes and threads that start, accept, and end or are killed at any moment. */
@ExtendWith(Privilege.class)
class ChurnIT {
    private static final String SECONDS =
            Integer.getInteger("a4t.churn.seconds", 5).toString();

    @TempDir
    private Path folder;

    @Test
    void everyCallHasOneLineWithItsOwnPeer() throws IOException {
        Path output = folder.resolve("output");
        try (Workload workload = Workload.start("churn", SECONDS);
                Tracer tracer = Tracer.attach(workload, "-f", "--buffer", "64M", "-o", output.toString());
                PerfCount perf = PerfCount.start(folder, workload.pid())) {
            workload.go();
            workload.awaitLine("done");
            long counted = perf.stop();
            assertEquals(0, BpfPrograms.entriesOf("calls", tracer.pid()), "calls in flight of threads that are gone");
            tracer.signal("INT");
            tracer.awaitExit(130);
            workload.go();
            assertEquals(0, tracer.lost());
            ChurnClaims.of(workload).compare(Files.readAllLines(output), counted);
        }
    }
}
