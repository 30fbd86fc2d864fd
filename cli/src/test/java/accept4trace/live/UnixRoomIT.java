package accept4trace.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Compares the wait of each AF_UNIX client with bounds that the workload measured with CLOCK_MONOTONIC, which the tool
 * uses, too. The wait includes the time in connect(2) until there is room in the queue, and the time in the queue. If a
 * client waited for room in vain, and connects again later, only the wait of the later connect(2) counts.
 */
@ExtendWith(Privilege.class)
class UnixRoomIT {
    /** The largest rounding error of times in lines, which have six decimals. */
    private static final double ROUNDING = 1e-6;

    /** The number of connect(2). */
    private static final int CONNECT = System.getProperty("os.arch").equals("amd64") ? 42 : 203;

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

    private static final String SERVER =
            """
            import socket, sys
            server = socket.socket(socket.AF_UNIX)
            server.bind(sys.argv[1])
            server.listen(0)
            first = socket.socket(socket.AF_UNIX)
            first.connect(sys.argv[1])
            print("ready", flush=True)
            accepted = []
            for line in sys.stdin:
                accepted.append(server.accept())
            """;

    /** Python itself can call connect(2) when it starts, so the client says when its own call begins. */
    private static final String CLIENT =
            """
            import socket, sys
            client = socket.socket(socket.AF_UNIX)
            print("connects", flush=True)
            client.connect(sys.argv[1])
            input()
            """;

    private static Program python(String script, Path address) {
        return Program.start(Requirements.installed("python3"), List.of("-c", script, address.toString()));
    }

    /**
     * At its start, the tool finds the clients that are in connect(2), but only in its own PID namespace. For a client
     * outside, it knows the wait only if connect(2) began during the trace.
     */
    @Test
    void waitOfAnOlderClientOutsideTheNamespaceIsUnknown(@TempDir Path folder) throws IOException {
        Requirements.ownMounts();
        Path address = folder.resolve("listener");
        String inNewNamespace = "exec unshare -m -p -f --mount-proc python3 -c \"$1\" \"$2\"";
        try (Program server = Program.bash(inNewNamespace, SERVER, address.toString())) {
            server.out().awaitLine("the server is ready", "ready"::equals);
            String pid = Long.toString(
                    server.handle().children().findFirst().orElseThrow().pid());
            try (Program older = python(CLIENT, address)) {
                older.out().awaitLine("the client connects", "connects"::equals);
                Await.until("the client is in connect(2)", () -> Proc.isInCall(older.pid(), CONNECT));
                String inItsNamespace = "exec nsenter -t \"$1\" -m -p \"$2\" --no-fold -p 1 --count 3";
                try (Program tracer =
                        Program.bash(inItsNamespace, pid, Tracer.executable().toString())) {
                    Tracer.awaitLive(tracer.err());
                    server.sendLine();
                    tracer.out().awaitLines(1);
                    server.sendLine();
                    tracer.out().awaitLines(2);
                    try (Program newer = python(CLIENT, address)) {
                        server.sendLine();
                        tracer.out().awaitLines(3);
                    }
                    assertFalse(tracer.out().line(1).contains(" wait="), tracer.out()::toString);
                    assertEquals(
                            Rung.here() != Rung.TRACEPOINT,
                            tracer.out().line(2).contains(" wait="),
                            tracer.out()::toString);
                }
            }
        }
    }

    @Test
    void waitsForRoomWithFentry() {
        Requirements.ofKernel(Rung.here() != Rung.TRACEPOINT, "this kernel has no fentry");
        assertWaits("--probe=fentry");
    }
}
