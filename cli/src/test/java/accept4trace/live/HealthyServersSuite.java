package accept4trace.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Tests that --diagnose finds nothing wrong with healthy servers from Debian packages. Run it with .ci/run --suite
 * servers.
 */
@ExtendWith(Privilege.class)
class HealthyServersSuite {
    private static final int CONNECTIONS = 200;
    private static final long INTERVAL_NS = 50_000_000;
    private static final int LOOK_EVERY = 10;

    static List<PackagedServer.Kind> servers() {
        return PackagedServer.usual();
    }

    @ParameterizedTest
    @MethodSource("servers")
    void nothingIsWrongWithoutClients(PackagedServer.Kind kind, @TempDir Path folder) throws IOException {
        try (PackagedServer server = PackagedServer.start(kind, folder)) {
            assertHealthy(diagnose(server, "4s", () -> {}));
        }
    }

    @ParameterizedTest
    @MethodSource("servers")
    void nothingIsWrongWithClients(PackagedServer.Kind kind, @TempDir Path folder) throws IOException {
        try (PackagedServer server = PackagedServer.start(kind, folder)) {
            assertHealthy(diagnose(server, "12s", () -> load(server)));
        }
    }

    private static List<String> diagnose(PackagedServer server, String duration, Runnable load) {
        try (Tracer tracer = Tracer.start("--diagnose=" + duration, "--fail-on=any", "-f", "-p", server.targets())) {
            tracer.awaitLive();
            load.run();
            List<String> lines = new ArrayList<>(tracer.out().awaitEnd());
            lines.addAll(tracer.notices());
            assertEquals(0, tracer.awaitExit(), () -> String.join("\n", lines));
            return lines;
        }
    }

    private static void assertHealthy(List<String> lines) {
        assertTrue(
                lines.stream().anyMatch(line -> line.startsWith("nothing wrong found")),
                () -> String.join("\n", lines));
    }

    /** Makes 20 connections a second. Fails if the queue is over half full, because the server is not healthy then. */
    private static void load(PackagedServer server) {
        long overflows = PackagedServer.overflows();
        long start = System.nanoTime();
        for (int i = 0; i < CONNECTIONS; i++) {
            LockSupport.parkNanos(start + i * INTERVAL_NS - System.nanoTime());
            converse(server);
            if (i % LOOK_EVERY == 0) {
                assertTrue(
                        server.queues().stream().noneMatch(PackagedServer.Queue::isOverHalf), "the queue is filling");
            }
        }
        assertEquals(overflows, PackagedServer.overflows(), "connections were refused");
    }

    private static void converse(PackagedServer server) {
        try {
            server.converse();
        } catch (IOException e) {
            throw new AssertionError("the server did not answer", e);
        }
    }
}
