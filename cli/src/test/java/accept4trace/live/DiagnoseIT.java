package accept4trace.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertIterableEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests that --diagnose finds the faults of servers, and nothing in servers without faults. */
@ExtendWith(Privilege.class)
class DiagnoseIT {
    private static final int REQUESTS = 400;

    /** Returns the headlines of the findings, with T for values that the workload cannot know. */
    private static List<String> headlines(List<String> lines) {
        return Headlines.of(lines).stream().map(DiagnoseIT::unmeasured).toList();
    }

    private static String unmeasured(String headline) {
        return headline.replaceAll("\\([\\d.,]+/s\\)", "(T)")
                .replaceAll("machine's limit of [\\d,]+ open", "machine's limit of T open")
                .replaceAll(
                        "refused (at most \\d+ attempts?|\\d+ attempts? \\(\\d+ packets?\\)): \\d+ of",
                        "refused T attempts: T of")
                .replaceAll("while the others got [\\d,]+", "while the others got T")
                .replaceAll("made [\\d,]+ consecutive", "made T consecutive")
                .replaceAll("(waits )?p50 \\S+, p99 [^\\s)]+", "$1T")
                .replaceAll("(of \\d+); (herd\\[\\d+\\] \\d+%(, )?)+", "$1; T")
                /* The stall is only known if a snapshot, once a second, happens to be taken while the clients wait. */
                .replaceAll("(or longer \\(T\\)); stalled [\\d.]+ s(; its thread .*)?$", "$1");
    }

    /** Removes "note: " from findings whose severity depends on the speed of the machine. */
    private static List<String> withoutRates(List<String> headlines) {
        return headlines.stream()
                .map(headline -> headline.replaceFirst("^note: (thundering|spinning|unfair)", "$1"))
                .toList();
    }

    /**
     * Replaces all numbers by N if the tool reports that they are incomplete. They are too low then, because the kernel
     * has skipped BPF programs.
     */
    private static List<String> asCounted(List<String> headlines, List<String> diagnosis) {
        boolean incomplete = diagnosis.stream().anyMatch(line -> line.startsWith("the numbers are incomplete: "));
        return headlines.stream()
                .map(headline -> incomplete ? headline.replaceAll("\\d+", "N") : headline)
                .toList();
    }

    private static List<String> sorted(List<String> lines) {
        return lines.stream().sorted().toList();
    }

    /**
     * Returns the headlines that the workload expects, which it prints between "ready" and "done". Without kprobes, the
     * tool cannot see connections that were dropped because the accept failed, so claims about them are omitted.
     */
    private static List<String> claims(Workload workload) {
        return workload.linesUntil("done").stream()
                .filter(claim -> Rung.here().seesEveryAccept() || !claim.startsWith("lost connections"))
                .toList();
    }

    @Test
    void findsTheFaultAndNothingElse() {
        String kinds =
                "herd spin unfair uneven pollers blocked pool equal queue somaxconn slow reset late turned closed drained lost"
                        + " cloexec fcntl blocking unblock healthy emfile";
        try (Workload workload = Workload.start("faults", kinds.split(" "));
                Tracer tracer = Tracer.attach(workload, "--diagnose=10m")) {
            workload.go();
            List<String> claims = claims(workload);
            tracer.signal("INT");
            List<String> lines = tracer.out().awaitEnd();
            tracer.awaitExit(130);
            assertIterableEquals(
                    sorted(asCounted(claims, lines)),
                    sorted(asCounted(withoutRates(headlines(lines)), lines)),
                    () -> String.join("\n", lines));
            assertAdvice(lines);
            long faults =
                    lines.stream().filter(line -> line.matches("\\[\\d+\\] .*")).count();
            assertTrue(lines.get(0).startsWith(faults + " findings in "), lines.get(0));
            assertTrue(lines.get(0).contains(" processes (blocked, blocking, cloexec, closed and "), lines.get(0));
            assertEquals(
                    Rung.here() == Rung.TRACEPOINT,
                    lines.stream().anyMatch(line -> line.startsWith("not seen on this kernel: ")));
        }
    }

    /**
     * Checks some of the advice below the headlines, e.g. for a queue limit that the program has set, and for a queue
     * limit that the network namespace caps.
     */
    private static void assertAdvice(List<String> lines) {
        String text = String.join(" ", lines).replaceAll(" +", " ");
        assertTrue(text.contains("The limit is the backlog that the server passed to listen(), unless "), text);
        assertTrue(text.contains("The limit is net.core.somaxconn of the listener's network namespace"), text);
        assertTrue(text.contains("6 of these 6 arrived while the accepting thread was doing something else"), text);
        assertTrue(text.contains("Its epoll instance watches these sockets"), text);
        assertTrue(text.contains("It runs other programs, which inherit these connections"), text);
    }

    @Tag("any-kernel")
    @Test
    void findingCanChangeTheStatus() {
        try (Workload workload = Workload.start("faults", "herd");
                Tracer tracer = Tracer.attach(workload, "--diagnose=10m", "--fail-on=herd", "--format=json")) {
            workload.go();
            claims(workload);
            workload.finish();
            List<String> lines = tracer.out().awaitEnd();
            tracer.awaitExit(4);
            List<String> records = lines.stream()
                    .filter(line -> line.startsWith("{\"type\":\"finding\","))
                    .toList();
            assertEquals(1, records.size(), lines::toString);
            assertTrue(
                    records.get(0).matches(".*\"finding\":\"herd\",\"severity\":\"(waste|note)\",.*"), records.get(0));
            assertTrue(
                    records.get(0).endsWith("\"numbers\":{\"empty_wakeups\":75,\"wakeups\":100,\"workers\":4}}"),
                    records.get(0));
            assertTrue(lines.get(lines.size() - 1).startsWith("{\"type\":\"summary\","), lines::toString);
        }
    }

    /**
     * For a moment during this test, only root can open files on this machine. So the test only runs in virtual
     * machines.
     */
    @Test
    @Tag("own-machine")
    void findsTheMachinesLimitOfFiles() {
        try (Workload workload = Workload.start("faults", "enfile");
                Tracer tracer = Tracer.attach(workload, "--diagnose=10m", "--fail-on=enfile")) {
            workload.go();
            List<String> claims = claims(workload);
            workload.finish();
            List<String> lines = tracer.out().awaitEnd();
            tracer.awaitExit(4);
            assertIterableEquals(claims, headlines(lines), () -> String.join("\n", lines));
        }
    }

    @Test
    void findsNoFaultInAHealthyServer() {
        try (Workload workload = Workload.start("faults", "healthy", "unblock");
                Tracer tracer = Tracer.attach(workload, "--diagnose=10m", "--fail-on=any,cloexec,herd")) {
            workload.go();
            claims(workload);
            workload.finish();
            List<String> lines = tracer.out().awaitEnd();
            tracer.awaitExit(0);
            assertEquals(List.of(), headlines(lines));
            assertTrue(
                    lines.get(0).matches("nothing wrong found in \\d+\\.\\d s on 2 processes \\(healthy, unblock\\)"),
                    lines.get(0));
            assertTrue(
                    lines.get(2)
                            .matches("205 accepts, 105 connections \\(.*/s\\), 105 wake-ups, 0 without a connection"),
                    lines.get(2));
        }
    }

    @Tag("any-kernel")
    @Test
    void findsNoFaultInNginxUnderLoad(@TempDir Path folder) throws IOException {
        try (Nginx nginx = Nginx.startSharing(folder);
                Tracer tracer = Tracer.start("--diagnose=10m", "--fail-on=any", "-p", Long.toString(nginx.pid()))) {
            tracer.awaitLive();
            nginx.load(REQUESTS);
            tracer.signal("TERM");
            List<String> lines = tracer.out().awaitEnd();
            tracer.awaitExit(143);
            String text = String.join("\n", lines);
            assertTrue(lines.get(0).startsWith("nothing wrong found in "), text);
            assertTrue(lines.get(0).endsWith(" (nginx)"), text);
            assertTrue(text.contains(" " + REQUESTS + " connections ("), text);
        }
    }

    @Test
    void ioUringIsReportedInANote() {
        try (Workload workload = Workload.start("others");
                Tracer tracer = Tracer.attach(workload, "--diagnose=10m", "--fail-on=io_uring")) {
            workload.go();
            List<String> claims = workload.lines();
            List<String> lines = tracer.out().awaitEnd();
            boolean kprobes = Rung.here().seesEveryAccept();
            tracer.awaitExit(kprobes ? 4 : 1);
            assertEquals(
                    kprobes
                            ? List.of()
                            : List.of(
                                    "accept4-trace: cannot rule out io_uring: these hooks do not show accepts by io_uring"),
                    tracer.notices().stream()
                            .filter(notice -> notice.contains("cannot rule out"))
                            .toList());
            List<String> connections = claims.stream()
                    .filter(line -> line.contains("->") && (kprobes || !line.contains(" via=io_uring")))
                    .toList();
            long thatWay = connections.stream()
                    .filter(line -> line.contains(" via=io_uring"))
                    .count();
            assertIterableEquals(
                    kprobes
                            ? List.of("note: io_uring: others[" + workload.pid() + "] accepted " + thatWay + " of "
                                    + connections.size() + " connections with it")
                            : List.of(),
                    headlines(lines).stream()
                            .filter(headline -> headline.endsWith(" with it"))
                            .toList());
        }
    }

    @Test
    void findsAnUnusedMemberOfAGroup() {
        try (Workload workload = Workload.start("unused");
                Tracer tracer = Tracer.attach(workload, "-f", "--diagnose=8s", "--fail-on=any")) {
            List<String> lines = tracer.out().awaitEnd();
            tracer.awaitExit(0);
            workload.go();
            assertIterableEquals(claims(workload), headlines(lines), () -> String.join("\n", lines));
        }
    }

    /**
     * On a machine with much load, a busy thread mostly waits for a CPU, so the finding may say this instead of "on a
     * CPU". The test does not run in emulated machines, where snapshots are too slow to be repeated during the
     * diagnosis.
     */
    @Tag("any-kernel")
    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "busy; was busy: on a CPU|was ready to run, but waited for a CPU",
                "asleep; slept \\d+% of \\d+\\.\\d s, mostly in (clock_)?nanosleep"
            })
    void saysWhatASlowThreadDoes(String work, String activity) {
        try (Workload workload = Workload.start("slow", work)) {
            try (Tracer tracer = Tracer.attach(workload, "--diagnose=15s")) {
                List<String> lines = tracer.out().awaitEnd();
                tracer.awaitExit(0);
                String headline = Headlines.of(lines).get(0);
                assertTrue(
                        headline.matches("slow accept loop on 127\\.0\\.0\\.1:\\d+: 100% of connections waited 100ms or"
                                + " longer \\(.*\\); stalled \\d+ times, up to \\d\\.\\d s; its thread "
                                + workload.pid() + " (" + activity + ").*"),
                        () -> String.join("\n", lines));
            }
        }
    }

    @Tag("any-kernel")
    @Test
    void explainsASilentServer() {
        try (Workload workload = Workload.start("faults", "stuck")) {
            workload.go();
            claims(workload);
            try (Tracer tracer = Tracer.attach(workload, "--diagnose=3s")) {
                List<String> lines = tracer.out().awaitEnd();
                tracer.awaitExit(0);
                assertTrue(lines.get(0).matches("1 finding in \\d+\\.\\d s on 1 process \\(stuck\\)"), lines.get(0));
                String headline = Headlines.of(lines).get(0);
                assertTrue(
                        headline.matches(
                                "stuck on 127\\.0\\.0\\.1:\\d+: stuck\\[\\d+\\] has been in .* for \\d+\\.\\d s;"
                                        + " 2 connections wait, the oldest \\d+\\.\\d s"),
                        headline);
            }
        }
    }
}
