package accept4trace.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Tests -e trace=refused, which shows the clients that the kernel refuses, by dropping packets or by a reset, because
 * the accept queue is full. Each listener is in a network namespace of its own, where the kernel counts only the
 * packets of this listener's clients.
 */
@ExtendWith(Privilege.class)
class RefusedIT {
    private static final String PACKETS = ".* packets=(\\d+) netns=\\d+";

    /**
     * What a workload claims: the records of its refused clients, and how many of their packets the kernel has counted.
     */
    private record Claims(List<String> lines, long overflows) {
        static Claims of(Workload workload) {
            List<String> lines = workload.linesUntil("done");
            String last = lines.get(lines.size() - 1);
            return new Claims(lines.subList(0, lines.size() - 1), Long.parseLong(last.replace("overflows ", "")));
        }

        /**
         * Returns whether the hooks of this kernel show these refusals. Tracepoints only show refusals of the last
         * packet of the handshake ({@code at=ack}).
         */
        boolean areVisible() {
            return Rung.here() != Rung.TRACEPOINT || lines.get(0).contains(" at=ack ");
        }
    }

    private static Workload refusing(String arguments) {
        return Workload.start("refused", arguments.split(" "));
    }

    private static String masked(String line) {
        return line.replaceFirst(" packets=\\d+ ", " packets=K ");
    }

    private static long packets(List<String> lines) {
        return lines.stream()
                .mapToLong(line -> Long.parseLong(line.replaceFirst(PACKETS, "$1")))
                .sum();
    }

    private static List<String> records(Tracer tracer) {
        return tracer.out().awaitEnd().stream()
                .filter(line -> line.startsWith("[refused] "))
                .toList();
    }

    /** Checks the records, and compares the number of packets with the kernel's count in each network namespace. */
    private static void assertShown(List<Claims> claims, List<String> records) {
        List<Claims> visible = claims.stream().filter(Claims::areVisible).toList();
        assertEquals(
                visible.stream().flatMap(one -> one.lines().stream()).sorted().toList(),
                records.stream().map(RefusedIT::masked).sorted().toList());
        for (Claims one : visible) {
            String netns = one.lines().get(0).replaceFirst(".* ", " ");
            assertEquals(
                    one.overflows(),
                    packets(records.stream()
                            .filter(line -> line.endsWith(netns))
                            .toList()),
                    () -> one + " " + records);
        }
    }

    private static List<Claims> finished(List<Workload> workloads) {
        workloads.forEach(Workload::go);
        List<Claims> claims = workloads.stream().map(Claims::of).toList();
        workloads.forEach(Workload::finish);
        return claims;
    }

    @Test
    void everyRefusedClientHasOneRecord() {
        List<Workload> workloads = new ArrayList<>();
        try {
            for (String family : List.of("4", "6", "mapped")) {
                for (String abort : List.of("0", "1")) {
                    for (String cookies : List.of("0", "1", "2")) {
                        workloads.add(refusing("syn " + family + " " + cookies + " " + abort + " early"));
                    }
                    workloads.add(refusing("ack " + family + " 1 " + abort + " late"));
                    workloads.add(refusing("ack " + family + " 0 " + abort + " early"));
                }
                workloads.add(refusing("syn " + family + " 1 0 late"));
            }
            workloads.add(refusing("syn 4 0 0 early 0"));
            String pids = workloads.stream().map(Workload::pidText).collect(Collectors.joining(","));
            try (Tracer tracer = Tracer.start("-v", "-e", "trace=refused", "-p", pids)) {
                assertEquals(Rung.here().label(), tracer.awaitLive());
                List<Claims> claims = finished(workloads);
                tracer.awaitExit(0);
                assertShown(claims, records(tracer));
            }
        } finally {
            workloads.forEach(Workload::close);
        }
    }

    @Test
    void showsTheRefusalsOfAnMptcpListener() {
        Requirements.ofKernel(Files.exists(Path.of("/proc/sys/net/mptcp/enabled")), "this kernel has no MPTCP");
        try (Workload syn = refusing("syn mptcp 1 0 early");
                Workload ack = refusing("ack mptcp 0 0 early");
                Tracer tracer = Tracer.start("-v", "-e", "trace=refused", "-p", syn.pidText() + "," + ack.pidText())) {
            tracer.awaitLive();
            List<Claims> claims = finished(List.of(syn, ack));
            tracer.awaitExit(0);
            assertShown(claims, records(tracer));
        }
    }

    /** Only {@code target} is traced. The refusals of the other listener, which come first, must not be shown. */
    @Test
    void onlyListenersOfTargetsAreShown() {
        try (Workload other = refusing("ack 4 1 0 late");
                Workload target = refusing("ack 4 1 0 early");
                Tracer tracer = Tracer.attach(target, "-v", "-e", "trace=refused")) {
            assertEquals(1, finished(List.of(other)).size());
            List<Claims> claims = finished(List.of(target));
            tracer.awaitExit(0);
            assertShown(claims, records(tracer));
        }
    }

    /** With --all, only the filters select listeners and peers. The BPF programs apply these filters. */
    @Test
    void filtersSelectRecords() {
        try (Workload ipv4 = refusing("ack 4 1 0 early");
                Workload ipv6 = refusing("ack 6 1 0 early");
                Tracer tracer = Tracer.start(
                        "-v", "--all", "--listener=[::]", "--peer=::1", "--family=inet6", "-e", "trace=refused")) {
            tracer.awaitLive();
            finished(List.of(ipv4));
            List<Claims> claims = finished(List.of(ipv6));
            tracer.signal("INT");
            tracer.awaitExit();
            assertShown(claims, records(tracer));
        }
    }

    @Test
    void callerFiltersSelectTheHoldersOfListeners() {
        try (Workload workload = refusing("ack 4 1 0 early");
                Tracer tracer = Tracer.start("-v", "--all", "--comm=nobody", "-e", "trace=refused")) {
            tracer.awaitLive();
            finished(List.of(workload));
            tracer.signal("INT");
            tracer.awaitExit();
            assertEquals(List.of(), records(tracer));
        }
    }

    @Test
    void jsonHasBothEndsOfTheConnection() {
        try (Workload workload = refusing("ack mapped 1 1 early");
                Tracer tracer = Tracer.attach(workload, "--format=json", "-e", "trace=refused")) {
            List<Claims> claims = finished(List.of(workload));
            tracer.awaitExit(0);
            List<String> records = tracer.out().awaitEnd().stream()
                    .filter(line -> line.contains("\"type\":\"refused\""))
                    .toList();
            assertEquals(3, records.size());
            for (String record : records) {
                assertTrue(
                        record.matches(
                                ".*\"listener\":\\{.*\"protocol\":\"TCPv6\",\"local\":\\{\"address\":\"::\",\"port\":(\\d+)}},"
                                        + "\"netns\":\\d+,\"local\":\\{\"address\":\"::ffff:127\\.0\\.0\\.1\",\"port\":\\1},"
                                        + "\"remote\":\\{\"address\":\"::ffff:127\\.0\\.0\\.1\",\"port\":\\d+},"
                                        + "\"queue\":6,\"queue_max\":5,\"at\":\"ack\",\"packets\":1,\"duration_ns\":0}"),
                        record);
            }
            assertEquals(3, claims.get(0).overflows());
        }
    }

    /** Even without -e trace=refused, a summary counts refused connections, but no line shows them. */
    @Test
    void summaryCountsRefusedConnections() {
        try (Workload workload = refusing("ack 4 1 0 early");
                Tracer tracer = Tracer.attach(workload, "-c", "--format=json")) {
            List<Claims> claims = finished(List.of(workload));
            tracer.awaitExit(0);
            List<String> lines = tracer.out().awaitEnd();
            String suffix = Rung.here() == Rung.TRACEPOINT ? "_at_least" : "";
            String counts = ",\"refused" + suffix + "\":3,\"refused_packets" + suffix + "\":"
                    + claims.get(0).overflows() + ",";
            assertTrue(lines.get(lines.size() - 1).contains(counts), () -> counts + " in " + lines);
            assertTrue(lines.stream().noneMatch(line -> line.contains("\"type\":\"refused\"")), lines::toString);
        }
    }

    @Test
    void diagnosisNamesTheNumberOfRefusedConnections() {
        try (Workload workload = refusing("ack 4 1 0 early");
                Tracer tracer = Tracer.attach(workload, "--diagnose=1m")) {
            List<Claims> claims = finished(List.of(workload));
            tracer.awaitExit(0);
            String atLeast = Rung.here() == Rung.TRACEPOINT ? "at least " : "";
            String refused = " was full and refused " + atLeast + "3 attempts ("
                    + claims.get(0).overflows() + " packets): 6 of 5 waited";
            List<String> headlines = Headlines.of(tracer.out().awaitEnd());
            assertTrue(headlines.stream().anyMatch(line -> line.endsWith(refused)), () -> refused + " in " + headlines);
        }
    }
}
