package accept4trace.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Tests --probe=fentry, whose hooks do not slow down other processes. */
@ExtendWith(Privilege.class)
class FentryIT {
    private static final String SERVER =
            """
            import socket
            listener = socket.create_server(('127.0.0.1', 0))
            print(listener.getsockname()[1], flush=True)
            while True:
                listener.accept()[0].close()
            """;

    private static final Pattern ON_TRACEPOINT = Pattern.compile("(?m)^link_type:\\s*perf$");
    private static final String DETACHED =
            "accept4-trace: detaching the exit tracepoints: no call from before the start is left";
    private static final String SLOW = " tracepoints, which slow down every system call of every process";

    private static void requireFentry() {
        Requirements.ofKernel(Rung.here() == Rung.FENTRY, "the tests of this kernel do not use fentry");
    }

    private static long tracepoints(Tracer tracer) {
        return Proc.descriptors(tracer.pid()).stream()
                .filter(text -> ON_TRACEPOINT.matcher(text).find())
                .count();
    }

    private static void connect(int port) throws IOException {
        try (Clients clients = new Clients(port)) {
            clients.connect(1);
        }
    }

    /**
     * The BPF program at the exit of a kernel function does not run for calls that were already blocked in the function
     * when it was attached. So the tool also needs tracepoints until these calls have returned.
     */
    @Test
    void exitTracepointsStayUntilBlockedCallsHaveReturned() throws IOException {
        requireFentry();
        try (Program server = Program.start(Requirements.installed("python3"), List.of("-c", SERVER))) {
            server.out().awaitLines(1);
            int port = Integer.parseInt(server.out().line(0));
            Await.until("the server is blocked", () -> Proc.isAsleep(server.pid()));
            try (Tracer tracer = Tracer.start("-d", "-p", Long.toString(server.pid()))) {
                assertEquals("fentry", tracer.awaitLive());
                assertEquals(2, tracepoints(tracer));
                connect(port);
                tracer.out().awaitLine("the call from before the start", line -> line.contains("accept4("));
                tracer.err().awaitLine("the end of the tracepoints", DETACHED::equals);
                Await.until("no tracepoint is attached", () -> tracepoints(tracer) == 0);
                connect(port);
                tracer.out().awaitLines(2);
                tracer.signal("INT");
                List<TracedCall> calls = tracer.calls();
                assertEquals(2, calls.size());
                assertTrue(calls.get(0).isOlderThanTracer());
                assertFalse(calls.get(1).isOlderThanTracer() || calls.get(1).hasNoResult());
                assertFalse(tracer.reportsHalves());
            }
        }
    }

    @Test
    void theNoticeSaysWhetherOtherProcessesAreSlower() {
        requireFentry();
        try (Tracer tracer = Tracer.start("-e", "trace=accept4,listen", "--", "true")) {
            tracer.awaitExit(0);
            assertTrue(tracer.notices().contains("accept4-trace: the selected calls need" + SLOW));
        }
        try (Tracer tracer = Tracer.start("-e", "trace=accept4,refused,closed", "--", "true")) {
            tracer.awaitExit(0);
            assertTrue(tracer.notices().stream().noneMatch(line -> line.endsWith(SLOW)), tracer.notices()::toString);
        }
    }
}
