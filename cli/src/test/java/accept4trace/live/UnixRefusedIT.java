package accept4trace.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tests -e trace=refused on AF_UNIX listeners with full accept queues. The kernel refuses their clients, i.e.
 * connect(2) fails with EAGAIN. The workloads count these errors.
 */
@ExtendWith(Privilege.class)
class UnixRefusedIT {
    /** The number of refused connects in each workload. */
    private static final int REFUSED = 55;

    private static Workload refusing(String arguments) {
        return Workload.start("refused_unix", arguments.split(" "));
    }

    /**
     * Returns whether the tool knows a refusing listener only by the address that the client has passed to connect(2).
     */
    private static boolean byName() {
        return Rung.here() == Rung.TRACEPOINT;
    }

    /**
     * Returns the lines that the tool must show for the workload's lines. If the tool knows a listener only by its
     * address, it cannot show the queue.
     */
    private static List<String> shown(List<String> lines) {
        return lines.stream()
                .map(line -> byName() ? line.replaceFirst(" queue=\\S+", "") : line)
                .toList();
    }

    private static List<String> records(Tracer tracer) {
        return tracer.out().awaitEnd().stream()
                .filter(line -> line.startsWith("[refused] "))
                .toList();
    }

    private static List<String> finished(Workload workload) {
        workload.go();
        List<String> lines = workload.linesUntil("done");
        workload.finish();
        return lines;
    }

    /** Returns the sum of the counts {@code connects=} in the lines. */
    private static long connects(List<String> lines) {
        return lines.stream()
                .mapToLong(line -> Long.parseLong(line.replaceFirst(".* connects=(\\d+).*", "$1")))
                .sum();
    }

    @Test
    void everyRefusedClientHasOneRecord() {
        List<Workload> workloads = new ArrayList<>();
        try {
            for (String arguments : List.of(
                    "path stream early", "path seqpacket late", "abstract stream late", "abstract seqpacket early")) {
                workloads.add(refusing(arguments));
            }
            String pids = workloads.stream().map(Workload::pidText).collect(Collectors.joining(","));
            try (Tracer tracer = Tracer.start("-v", "-e", "trace=refused", "-p", pids)) {
                assertEquals(Rung.here().label(), tracer.awaitLive());
                List<String> lines = workloads.stream()
                        .flatMap(workload -> finished(workload).stream())
                        .toList();
                tracer.awaitExit(0);
                assertEquals(4 * REFUSED, connects(lines));
                assertEquals(
                        shown(lines).stream().sorted().toList(),
                        records(tracer).stream().sorted().toList());
            }
        } finally {
            workloads.forEach(Workload::close);
        }
    }

    /**
     * Without hooks on functions, the tool cannot find the listener that has refused if the client has used a relative
     * path. It only reports how many refusals are not shown.
     */
    @Test
    void relativePaths() {
        try (Workload workload = refusing("relative stream early");
                Tracer tracer = Tracer.attach(workload, "-v", "-e", "trace=refused")) {
            List<String> lines = finished(workload);
            tracer.awaitExit(0);
            assertEquals(byName() ? List.of() : lines, records(tracer));
            String unknown = "accept4-trace: " + REFUSED
                    + " refused AF_UNIX connects are not shown: the listener or its holder is unknown";
            assertEquals(byName(), tracer.err().awaitEnd().contains(unknown));
        }
    }

    @Test
    void onlyListenersOfTargetsAreShown() {
        try (Workload other = refusing("path stream early");
                Workload target = refusing("path stream early");
                Tracer tracer = Tracer.attach(target, "-v", "-e", "trace=refused")) {
            finished(other);
            List<String> lines = finished(target);
            tracer.awaitExit(0);
            assertEquals(shown(lines), records(tracer));
        }
    }

    @Test
    void filtersSelectRecords() {
        try (Workload other = refusing("path stream early");
                Workload wanted = refusing("path stream early");
                Tracer tracer = Tracer.start(
                        "-v", "--all", "--listener=/tmp/a4t-refused-" + wanted.pidText(), "-e", "trace=refused")) {
            tracer.awaitLive();
            finished(other);
            List<String> lines = finished(wanted);
            tracer.signal("INT");
            tracer.awaitExit();
            assertEquals(shown(lines), records(tracer));
        }
    }

    @Test
    void jsonHasTheClient() {
        try (Workload workload = refusing("path stream early");
                Tracer tracer = Tracer.attach(workload, "--format=json", "-e", "trace=refused")) {
            List<String> lines = finished(workload);
            tracer.awaitExit(0);
            List<String> records = tracer.out().awaitEnd().stream()
                    .filter(line -> line.contains("\"type\":\"refused\""))
                    .toList();
            assertEquals(2, records.size());
            String pid = lines.get(0).replaceFirst(".*<-(\\d+)<.*", "$1");
            String queue = byName() ? "" : "\"queue\":6,\"queue_max\":5,";
            assertTrue(
                    records.get(0)
                            .matches(".*\"listener\":\\{\"inode\":[1-9]\\d*,\"family\":1,\"family_name\":\"AF_UNIX\","
                                    + "\"protocol\":\"UNIX-STREAM\",\"local\":\\{\"path\":\"/tmp/a4t-refused-"
                                    + workload.pidText() + "\"}},\"netns\":\\d+,\"peer_process\":\\{\"pid\":" + pid
                                    + ",\"uid\":0,\"comm\":\"client\"}," + queue
                                    + "\"error\":\"EAGAIN\",\"connects\":4,\"duration_ns\":\\d+}"),
                    records.get(0));
        }
    }

    /** Even without -e trace=refused, a summary counts refused connects. */
    @Test
    void summaryCountsRefusedConnects() {
        try (Workload workload = refusing("path stream early");
                Tracer tracer = Tracer.attach(workload, "-c", "--format=json")) {
            finished(workload);
            tracer.awaitExit(0);
            List<String> lines = tracer.out().awaitEnd();
            String count = ",\"refused" + (byName() ? "_at_least" : "") + "\":" + REFUSED + ",";
            assertTrue(lines.get(lines.size() - 1).contains(count), () -> count + " in " + lines);
        }
    }

    @Test
    void diagnosisNamesTheNumberOfRefusedConnects() {
        try (Workload workload = refusing("path stream early");
                Tracer tracer = Tracer.attach(workload, "--diagnose=1m")) {
            finished(workload);
            tracer.awaitExit(0);
            String refused = " was full and refused " + (byName() ? "at least " : "") + REFUSED + " attempts"
                    + (byName() ? "" : ": 6 of 5 waited");
            List<String> headlines = Headlines.of(tracer.out().awaitEnd());
            assertTrue(headlines.stream().anyMatch(line -> line.endsWith(refused)), () -> refused + " in " + headlines);
        }
    }

    @Test
    void straceSeesTheSameErrors(@TempDir Path folder) throws IOException {
        Path log = folder.resolve("strace");
        try (Workload workload = refusing("path stream early");
                Tracer tracer = Tracer.attach(workload, "-v", "-e", "trace=refused");
                Program strace = Program.start(
                        Requirements.installed("strace"),
                        List.of("-f", "-e", "trace=connect", "-o", log.toString(), "-p", workload.pidText()))) {
            strace.err().awaitLine("attached", line -> line.contains("attached"));
            finished(workload);
            tracer.awaitExit(0);
            strace.awaitExit();
            long errors = Files.readAllLines(log).stream()
                    .filter(line -> line.contains(" = -1 EAGAIN "))
                    .count();
            assertEquals(errors, connects(records(tracer)));
        }
    }
}
