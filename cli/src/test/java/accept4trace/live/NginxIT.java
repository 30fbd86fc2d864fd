package accept4trace.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Tests a real server under load, with perf counting the same calls. */
@Tag("any-kernel")
@ExtendWith(Privilege.class)
class NginxIT {
    private static final int CONNECTIONS = Integer.getInteger("a4t.nginx.connections", 20_000);

    @Test
    void everyCallCountedByPerfHasALine(@TempDir Path folder) throws IOException {
        try (Nginx nginx = Nginx.start(folder);
                Tracer tracer = Tracer.start("-p", Long.toString(nginx.worker()));
                PerfCount perf = countOnceLive(tracer, folder, nginx.worker())) {
            load(nginx.port());
            Await.until("the worker waits for events", () -> Proc.isAsleep(nginx.worker()));
            long counted = perf.stop();
            tracer.signal("TERM");
            List<TracedCall> calls = tracer.calls();
            tracer.awaitExit(143);
            assertTrue(counted > 0, "the worker got no connection");
            assertEquals(counted, calls.size());
            assertEquals(0, tracer.lost());
        }
    }

    private static PerfCount countOnceLive(Tracer tracer, Path folder, long pid) throws IOException {
        tracer.awaitLive();
        return PerfCount.start(folder, pid);
    }

    private static void load(int port) {
        List<String> arguments = List.of(Integer.toString(port), Integer.toString(CONNECTIONS));
        try (Program load = Program.start(Workload.executable("load"), arguments)) {
            assertEquals(List.of(Integer.toString(CONNECTIONS)), load.out().awaitEnd());
        }
    }
}
