package accept4trace.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import accept4trace.format.tables.SortKey;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Compares the summary with the calls of the workload. */
@Tag("any-kernel")
@ExtendWith(Privilege.class)
class SummaryIT {
    @TempDir
    private Path folder;

    private static void assertCounts(Workload workload, List<String> summary) {
        List<String> claims = workload.lines();
        long connections = claims.stream()
                .filter(line -> line.contains(" peer=") || line.contains("->"))
                .count();
        long empty =
                claims.stream().filter(line -> line.contains(") = -1 EAGAIN ")).count();
        long errors = claims.stream().filter(line -> line.contains(") = -1 ")).count() - empty;
        String headline = summary.get(0);
        assertTrue(headline.startsWith("accept4 of 1 process, "), headline);
        assertTrue(headline.contains(": " + claims.size() + " calls ("), headline);
        assertTrue(headline.contains(", " + connections + " connections ("), headline);
        assertTrue(headline.endsWith(", " + empty + " empty, " + errors + " errors, 0 events lost"), headline);
        assertTrue(
                summary.stream()
                        .anyMatch(line -> line.matches("calls\\[" + workload.pid() + "\\] +" + connections + " .*")),
                summary::toString);
    }

    @Test
    void summaryReplacesTheLines() {
        try (Workload workload = Workload.start("calls");
                Tracer tracer = Tracer.attach(workload, "-c", "-S", "calls", "-w")) {
            workload.go();
            assertCounts(workload, tracer.out().awaitEnd());
            tracer.awaitExit(0);
        }
    }

    @Test
    void summaryFollowsTheLinesOnStderr() {
        try (Workload workload = Workload.start("calls");
                Tracer tracer = Tracer.attach(workload, "-C")) {
            workload.go();
            assertEquals(23, tracer.calls().size());
            List<String> notices = tracer.notices();
            int headline = notices.indexOf(notices.stream()
                    .filter(line -> line.startsWith("accept4 of "))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError(notices)));
            assertCounts(workload, notices.subList(headline, notices.size()));
            tracer.awaitExit(0);
        }
    }

    @Test
    void summaryGoesToStdoutIfLinesGoToAFile() throws Exception {
        Path output = folder.resolve("lines");
        try (Workload workload = Workload.start("calls");
                Tracer tracer = Tracer.attach(workload, "-C", "-o", output.toString())) {
            workload.go();
            assertCounts(workload, tracer.out().awaitEnd());
            tracer.awaitExit(0);
            assertEquals(23, TracedCall.parseAll(Files.readAllLines(output)).size());
        }
    }

    @Test
    void summaryOfEachInterval() {
        try (Workload workload = Workload.start("storm", "1", "eagain");
                Tracer tracer = Tracer.attach(workload, "--interval", "100ms")) {
            tracer.out().awaitLine("an interval without calls", line -> line.contains(": 0 calls ("));
            workload.go();
            tracer.out().awaitLine("the interval of the call", line -> line.contains(": 1 call ("));
            workload.finish();
            List<String> rest = tracer.out().awaitEnd();
            assertTrue(
                    rest.stream().anyMatch(line -> line.matches("storm\\[\\d+\\] +0 +0\\.0% +1 +100\\.0%")),
                    rest::toString);
            tracer.awaitExit(0);
        }
    }

    /** Returns the name, the queue, the age and the owners of a listener's row; empty for other lines. */
    private static String listenerCells(String line) {
        String[] cells = line.split(" {2,}");
        return cells.length == 11 && cells[0].startsWith("TCP ")
                ? String.join("  ", cells[0], cells[2], cells[3].replaceAll("\\d.*", "T"), cells[10])
                : "";
    }

    /** One member of an SO_REUSEPORT group never accepts. Its clients are shown during the trace and at the end. */
    @Test
    void membersOfAGroupHaveTheirOwnRows() {
        try (Workload workload = Workload.start("group");
                Tracer tracer = Tracer.attach(workload, "-f", "-C", "--interval", "100ms")) {
            workload.go();
            List<String> expected = workload.linesUntil("done");
            tracer.err().awaitLine("the queue of the other member", line -> listenerCells(line)
                    .equals(expected.get(0)));
            tracer.signal("INT");
            List<String> summary = tracer.err().awaitEnd();
            int last = IntStream.range(0, summary.size())
                    .filter(i -> summary.get(i).startsWith("listener "))
                    .max()
                    .orElseThrow(() -> new AssertionError(summary));
            assertEquals(
                    expected,
                    summary.subList(last, summary.size()).stream()
                            .map(SummaryIT::listenerCells)
                            .filter(cells -> !cells.isEmpty())
                            .toList());
            workload.finish();
        }
    }

    /** The first of four threads accepts 97 of 100 connections. */
    @Test
    void threadsThatAcceptHaveTheirOwnRows() {
        try (Workload workload = Workload.start("faults", "pollers");
                Tracer tracer = Tracer.attach(workload, "-f", "-c")) {
            workload.go();
            String claim = workload.linesUntil("done").get(0);
            List<String> expected = Pattern.compile("(pollers\\[\\d+/\\d+\\]) (\\d+)%")
                    .matcher(claim)
                    .results()
                    .map(share -> share.group(1) + "  " + share.group(2) + "  " + share.group(2) + ".0%  "
                            + share.group(2) + "  0.0%")
                    .toList();
            assertEquals(4, expected.size(), claim);
            workload.finish();
            assertEquals(
                    expected,
                    tracer.out().awaitEnd().stream()
                            .filter(line -> line.startsWith("pollers["))
                            .map(line -> line.strip().replaceAll(" {2,}", "  "))
                            .toList());
            tracer.awaitExit(0);
        }
    }

    /** Each row has a different number of connections, so the order is known. */
    @Test
    void unixClientsAreGroupedByNameAndUser() {
        try (Workload workload = Workload.start("clients");
                Tracer tracer = Tracer.attach(workload, "-c")) {
            workload.go();
            List<String> expected = workload.linesUntil("done");
            workload.go();
            List<String> peers = tracer.out().awaitEnd().stream()
                    .dropWhile(line -> !line.startsWith("peer "))
                    .takeWhile(line -> !line.isEmpty())
                    .map(line -> line.split(" {2,}"))
                    .map(cells -> cells[0] + "  " + cells[1])
                    .toList();
            assertEquals(expected, peers.subList(1, peers.size()));
            tracer.awaitExit(0);
        }
    }

    /**
     * Tests all sort keys with the same calls; under emulation only some, because each key needs a tracer, which is
     * slow to start there.
     */
    @Test
    void sortKeyAppliesToTheFirstTable() {
        List<SortKey> keys = Stream.of(SortKey.values())
                .limit(Integer.getInteger("a4t.selections", 100))
                .toList();
        try (Workload workload = Workload.start("related")) {
            List<Tracer> tracers = keys.stream()
                    .map(key -> Tracer.start("-e", "all", "-c", "-S", key.toString(), "-p", workload.pidText()))
                    .toList();
            tracers.forEach(Tracer::awaitLive);
            workload.go();
            long calls = callsNamed(workload.lines());
            for (SortKey key : keys) {
                List<CallRow> rows =
                        CallRow.parse(tracers.get(keys.indexOf(key)).out().awaitEnd());
                tracers.get(keys.indexOf(key)).awaitExit(0);
                assertEquals(calls, rows.size());
                assertEquals(rows.stream().sorted(order(key)).toList(), rows, key::toString);
            }
        }
    }

    private static long callsNamed(List<String> lines) {
        return lines.stream()
                .map(line -> line.substring(0, line.indexOf('(')))
                .distinct()
                .count();
    }

    /**
     * Returns the order by a key. Rows whose values are equal after rounding may be in any order, because the sort in
     * the test is stable, i.e. keeps the order in which the tool has printed them.
     */
    private static Comparator<CallRow> order(SortKey key) {
        return switch (key) {
            case TIME -> Comparator.comparing(CallRow::seconds).reversed();
            case CALLS -> Comparator.comparing(CallRow::calls).reversed();
            case ERRORS -> Comparator.comparing(CallRow::errors).reversed();
            case AVG_TIME -> Comparator.comparing(CallRow::average).reversed();
            case MAX_TIME -> Comparator.comparing(CallRow::longest).reversed();
            case NAME, NONE -> Comparator.comparing(CallRow::name);
        };
    }
}
