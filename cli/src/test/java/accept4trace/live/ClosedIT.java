package accept4trace.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Tests -e trace=closed, which shows listeners that are closed, and clients that give up while they wait. The workload
 * counts the clients whose connections the kernel has reset, and prints the lines that the tool must show.
 */
@ExtendWith(Privilege.class)
class ClosedIT {
    private static final String[] CLOSED = {"-e", "trace=closed"};

    private static String masked(String line) {
        return line.replaceAll("waited=\\d+\\.\\d{6}", "waited=T").replaceAll(" by \\d+<closed>", " by P<closed>");
    }

    /** Masks each line, and removes the lines about the ends of processes. */
    private static List<String> masked(List<String> lines) {
        return lines.stream()
                .filter(line -> !line.startsWith("[pid "))
                .map(ClosedIT::masked)
                .toList();
    }

    /** Runs the workload, and returns the lines that the tool must show. */
    private static List<String> run(Workload workload) {
        workload.go();
        List<String> claims = workload.linesUntil("done");
        workload.go();
        assertEquals(0, workload.awaitExit());
        return claims;
    }

    private static String[] options(String... more) {
        String[] all = Arrays.copyOf(CLOSED, CLOSED.length + more.length);
        System.arraycopy(more, 0, all, CLOSED.length, more.length);
        return all;
    }

    @ParameterizedTest
    @ValueSource(strings = {"close", "shutdown", "half", "exit", "kill", "fork", "gave-up", "left", "group", "unix"})
    void countsTheResetsThatClientsSaw(String how) {
        try (Workload workload = Workload.start("closed", how);
                Tracer tracer = Tracer.attach(workload, options("-f"))) {
            List<String> claims = run(workload);
            tracer.awaitExit(0);
            assertEquals(masked(claims), masked(tracer.out().awaitEnd()));
        }
    }

    /** A client that was reset early may have been in the queue or not, so the tool may count it or not. */
    @Test
    void resetsAreExactWhileClientsConnect() {
        try (Workload workload = Workload.start("closing", "40");
                Tracer tracer = Tracer.attach(workload, options("-f"))) {
            String[] counts = run(workload).get(0).split(" ");
            tracer.awaitExit(0);
            long shown = tracer.out().awaitEnd().stream()
                    .filter(line -> line.contains(" reset="))
                    .mapToLong(line -> Long.parseLong(line.replaceFirst(".* reset=(\\d+).*", "$1")))
                    .sum();
            long resets = Long.parseLong(counts[0]);
            long early = Long.parseLong(counts[1]);
            assertTrue(resets > 0);
            assertTrue(resets <= shown && shown <= resets + early, () -> shown + " of " + resets + " and " + early);
        }
    }

    @Test
    void mptcpListener() {
        Requirements.ofKernel(Files.exists(Path.of("/proc/sys/net/mptcp/enabled")), "this kernel has no MPTCP");
        try (Workload workload = Workload.start("closed", "mptcp");
                Tracer tracer = Tracer.attach(workload, options("-f"))) {
            List<String> claims = run(workload);
            tracer.awaitExit(0);
            assertEquals(masked(claims), masked(tracer.out().awaitEnd()));
        }
    }

    /**
     * Only the parent is traced. The child opens and closes the listener, which the parent never has open, so the tool
     * must show nothing.
     */
    @Test
    void listenersOfUntracedProcessesAreNotShown() {
        try (Workload workload = Workload.start("closed", "gave-up");
                Tracer tracer = Tracer.attach(workload, CLOSED)) {
            run(workload);
            tracer.awaitExit(0);
            assertEquals(List.of(), masked(tracer.out().awaitEnd()));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "--peer=127.0.0.0/8, 2",
        "--peer=10.0.0.0/8, 0",
        "--listener=127.0.0.1, 2",
        "--listener=127.0.0.2, 0",
        "--port=1, 0",
        "--family=inet, 2",
        "--family=inet6, 0",
        "--comm=closed, 1",
        "--comm=open, 0",
        "--min-wait=1h, 1",
        "--uid=root, 1"
    })
    void filtersApply(String filter, int lines) {
        try (Workload workload = Workload.start("closed", "gave-up");
                Tracer tracer = Tracer.attach(workload, options("-f", filter))) {
            List<String> claims = run(workload);
            tracer.awaitExit(0);
            List<String> shown = lines == 1 ? claims.subList(1, 2) : claims.subList(0, lines);
            assertEquals(masked(shown), masked(tracer.out().awaitEnd()));
        }
    }

    @Test
    void jsonHasTheNumbers() {
        try (Workload workload = Workload.start("closed", "gave-up");
                Tracer tracer = Tracer.attach(workload, options("-f", "--format=json"))) {
            run(workload);
            tracer.awaitExit(0);
            List<String> lines = tracer.out().awaitEnd();
            assertEquals(
                    1,
                    lines.stream()
                            .filter(line -> line.startsWith("{\"type\":\"gave-up\","))
                            .count(),
                    lines::toString);
            assertTrue(
                    lines.stream()
                            .anyMatch(line -> line.startsWith("{\"type\":\"closed\",")
                                    && line.endsWith(
                                            ",\"waiting\":5,\"limit\":7,\"reset\":4,\"migrated\":0,\"half_open\":0,"
                                                    + "\"by_exit\":false}")),
                    lines::toString);
        }
    }

    /** Without -e trace=closed, a summary still counts resets, but no line shows a closed listener. */
    @ParameterizedTest
    @ValueSource(strings = {"-c", "-C"})
    void summaryCountsResets(String summary) {
        try (Workload workload = Workload.start("closed", "close");
                Tracer tracer = Tracer.attach(workload, "-f", summary, "--format=json")) {
            run(workload);
            tracer.awaitExit(0);
            List<String> lines = tracer.out().awaitEnd();
            assertTrue(lines.get(lines.size() - 1).contains(",\"reset\":5,"), lines::toString);
            assertTrue(lines.stream().noneMatch(line -> line.contains("\"type\":\"closed\"")), lines::toString);
        }
    }

    @Test
    void columnsHaveARowForEachListener() {
        try (Workload workload = Workload.start("closed", "close");
                Tracer tracer =
                        Tracer.attach(workload, options("-f", "--format=columns", "--fields=listener,queue,result"))) {
            List<String> claims = run(workload);
            tracer.awaitExit(0);
            String listener = claims.get(0).replaceFirst("^\\[closed] (\\S+) .*", "$1");
            List<String> rows = tracer.out().awaitEnd();
            assertEquals(
                    List.of(listener, "5/7", "reset=5"),
                    List.of(rows.get(rows.size() - 1).strip().split(" +")));
        }
    }
}
