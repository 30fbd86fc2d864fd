package accept4trace.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Tests a real server under load, while perf counts the same calls. */
@Tag("any-kernel")
@ExtendWith(Privilege.class)
class NginxIT {
    private static final int LONGEST_LINE = 175;
    private static final int CONNECTIONS = Integer.getInteger("a4t.nginx.connections", 20_000);

    @Test
    void showsALineForEachCallThatPerfCounts(@TempDir Path folder) throws IOException {
        try (Nginx nginx = Nginx.start(folder);
                Tracer tracer = Tracer.start("-p", Long.toString(nginx.worker()));
                PerfCount perf = countOnceLive(tracer, folder, nginx.worker())) {
            load(nginx.port());
            Await.until("the worker waits for events", () -> Proc.isAsleep(nginx.worker()));
            long counted = perf.stop();
            tracer.signal("TERM");
            List<TracedCall> calls = tracer.calls();
            tracer.awaitExit(143);
            tracer.out().awaitEnd().forEach(line -> assertTrue(line.length() <= LONGEST_LINE, line));
            assertEquals(
                    Set.of(line(nginx.port())),
                    calls.stream()
                            .map(call -> withoutNumbers(call.unmeasured()))
                            .collect(Collectors.toSet()));
            assertTrue(counted > 0, "the worker got no connection");
            assertEquals(counted, calls.size());
            assertEquals(0, tracer.lost());
        }
    }

    /**
     * Returns the line that each call must have. Even without kprobes, the line must not have the mark ~peer. The mark
     * means that the peer may be wrong, because another thread may have replaced the connection's descriptor, but nginx
     * workers have only one thread.
     */
    private static String line(int port) {
        String listener = "127.0.0.1:" + port;
        return "accept4(N<TCP:[" + listener + "]>, {peer}, [16], SOCK_NONBLOCK) = N<TCP:[" + listener
                + "->127.0.0.1:N]> <T> wait=T queue=N/511";
    }

    private static String withoutNumbers(String call) {
        return call.replaceFirst("\\(\\d+<", "(N<")
                .replaceFirst(" = \\d+<", " = N<")
                .replaceFirst("->127\\.0\\.0\\.1:\\d+", "->127.0.0.1:N")
                .replaceFirst(" queue=\\d+/511(?: ahead=\\d+)?", " queue=N/511");
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
