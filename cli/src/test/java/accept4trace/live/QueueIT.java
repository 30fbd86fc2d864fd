package accept4trace.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests --queue on listeners with waiting clients. */
@ExtendWith(Privilege.class)
class QueueIT {
    private static final int RUNS = Math.min(20, Integer.getInteger("a4t.runs", 20));
    private static final String AGE = "(>=)?\\d+\\.\\d s|\\d+ ms";

    private static String masked(String line) {
        return line.replaceAll("oldest (" + AGE + ") \\(127\\.0\\.0\\.1:\\d+\\)", "oldest T (127.0.0.1:P)")
                .replaceAll("oldest (" + AGE + ")", "oldest T")
                .replaceAll("^UNIX \\d+", "UNIX I");
    }

    private static List<String> queues(String... options) {
        try (Tracer tracer = Tracer.start(options)) {
            tracer.awaitExit(0);
            return tracer.out().awaitEnd();
        }
    }

    @Tag("any-kernel")
    @Test
    void showsWaitingClientsAndHolders() {
        try (Workload workload = Workload.start("queued")) {
            workload.go();
            List<String> expected = workload.linesUntil("done");
            List<String> actual = queues("--queue", "-p", workload.pidText()).stream()
                    .map(QueueIT::masked)
                    .toList();
            assertEquals(
                    expected.stream().sorted().toList(),
                    actual.stream().sorted().toList());
            workload.finish();
        }
    }

    /**
     * The kernel does not know since when an AF_UNIX connection waits. But the tool takes two snapshots of the queue.
     * The time between them is a lower bound for the age of a connection that is the first one in both. The age of the
     * connection behind it stays unknown.
     */
    @Test
    void oneLineForEachConnection() {
        try (Workload workload = Workload.start("queued")) {
            workload.go();
            workload.linesUntil("done");
            List<String> lines = queues("--queue", "-v", "--family=unix", "-p", workload.pidText());
            assertEquals(3, lines.size());
            String client = "    queued\\[" + workload.pidText() + "\\]  ";
            assertTrue(lines.get(1).matches(client + ">=\\d+\\.\\d s"), lines::toString);
            assertTrue(lines.get(2).matches(client + "\\?"), lines::toString);
            workload.finish();
        }
    }

    @Tag("any-kernel")
    @ParameterizedTest
    @CsvSource({
        "--min-wait=1us, inet, 4, 2",
        "--min-wait=1us, unix, 4, 1",
        "--min-wait=1h, inet, 0, 0",
        /*
         * Only a lower bound of the age is known, so the tool cannot decide whether the connection is stuck, and fails.
         */
        "--min-wait=1h, unix, 1, 0"
    })
    void stuckConnectionsChangeTheStatus(String minWait, String family, int status, int rows) {
        try (Workload workload = Workload.start("queued")) {
            workload.go();
            workload.linesUntil("done");
            try (Tracer tracer = Tracer.start(
                    "--queue", "--fail-on=stuck", minWait, "--family=" + family, "-p", workload.pidText())) {
                tracer.awaitExit(status);
                assertEquals(rows, tracer.out().awaitEnd().size());
            }
            workload.finish();
        }
    }

    /**
     * While a snapshot reads the queues, connections are accepted and closed, and the kernel reuses their memory for
     * other connections. Nevertheless, no client may appear below the wrong listener.
     */
    @Test
    void everyClientIsShownBelowItsListener() {
        try (Workload workload = Workload.start("rush")) {
            int shown = 0;
            for (int i = 0; i < RUNS; i++) {
                List<String> lines = queues("--queue", "-v", "--port", workload.firstLine());
                String listener = "";
                for (String line : lines) {
                    if (line.startsWith(" ")) {
                        assertTrue(
                                line.matches(" +127\\.0\\.0\\.1" + listener + ":\\d+ .*"),
                                () -> String.join("\n", lines));
                        shown++;
                    } else {
                        listener = line.replaceFirst("127\\.0\\.0\\.([12]):.*", "$1");
                    }
                }
            }
            assertTrue(shown > 0, "no connection waited");
            workload.go();
        }
    }
}
