package accept4trace.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests the helper processes, which parse potentially hostile input: files, and answers of name servers. */
@Tag("any-kernel")
@ExtendWith(Privilege.class)
class HelpersIT {
    private static final String NOBODY = "65534 65534 65534 65534";
    private static final String SUDO_USER = "61001 61001 61001 61001";
    private static final List<String> RIGHTS =
            List.of("Uid", "Groups", "CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb", "NoNewPrivs", "Seccomp");
    private static final String NO_CAPABILITY = "0000000000000000 ";

    private static List<ProcessHandle> helpers(Tracer tracer) {
        return ProcessHandle.of(tracer.pid()).orElseThrow().children().toList();
    }

    /** Returns the child that does the helper's work. The helper starts this child as soon as the helper is ready. */
    private static ProcessHandle worker(ProcessHandle helper) {
        Await.until("the helper has a worker", () -> helper.children().count() == 1);
        return helper.children().findFirst().orElseThrow();
    }

    private static String rights(ProcessHandle process) {
        List<String> status = Proc.threadStatus(process.pid(), process.pid());
        List<String> rights = new ArrayList<>();
        for (String field : RIGHTS) {
            status.stream()
                    .filter(line -> line.startsWith(field + ":"))
                    .forEach(line ->
                            rights.add(line.substring(field.length() + 1).trim().replace('\t', ' ')));
        }
        return String.join(" ", rights);
    }

    private static Set<String> descriptors(ProcessHandle process) throws IOException {
        try (Stream<Path> links = Files.list(Path.of("/proc", Long.toString(process.pid()), "fd"))) {
            Set<String> targets = new TreeSet<>();
            for (Path link : links.toList()) {
                targets.add(Files.readSymbolicLink(link).toString());
            }
            return targets;
        }
    }

    private static void kill(ProcessHandle process) {
        process.destroyForcibly();
        Await.until("the process has ended", () -> Proc.hasEnded(process.pid()));
    }

    @ParameterizedTest
    @CsvSource({"--stack, 1, ''", "--resolve, 4, ''", "--stack, 1, sudo", "--resolve, 4, sudo"})
    void helpersHaveNoPrivileges(String option, int count, String sudo) throws IOException {
        String ids = sudo.isEmpty() ? NOBODY : SUDO_USER;
        String preparation = sudo.isEmpty() ? "true" : "export SUDO_UID=61001 SUDO_GID=61002";
        String expected = ids + "  " + NO_CAPABILITY.repeat(5) + "1 2";
        try (Workload workload = Workload.start("stacks");
                Tracer tracer = Tracer.startAfter(preparation, option, "-p", workload.pidText())) {
            tracer.awaitLive();
            List<ProcessHandle> helpers = helpers(tracer);
            assertEquals(count, helpers.size());
            for (ProcessHandle helper : helpers) {
                ProcessHandle worker = worker(helper);
                assertEquals(expected, rights(helper));
                assertEquals(expected, rights(worker));
                Await.until(
                        "the worker has its second filter",
                        () -> Proc.threadStatus(worker.pid(), worker.pid()).contains("Seccomp_filters:\t2")
                                || Proc.kernelVersion() < 5009);
                Set<String> open = descriptors(worker);
                assertEquals(2, open.size(), open::toString);
                assertTrue(open.contains("/dev/null"), open::toString);
                assertTrue(open.stream().anyMatch(file -> file.startsWith("socket:")), open::toString);
            }
            tracer.signal("INT");
            tracer.awaitExit(130);
            assertTrue(helpers.stream().allMatch(helper -> Proc.hasEnded(helper.pid())), "a helper outlives the tool");
        }
    }

    /**
     * The unwinder parses ELF files with libdw, a part of elfutils. The tool itself does not even load this library.
     */
    @Test
    void onlyTheUnwinderLoadsElfutils() throws IOException {
        try (Workload workload = Workload.start("stacks")) {
            try (Tracer tracer = Tracer.attach(workload)) {
                assertEquals(List.of(), helpers(tracer));
            }
            try (Tracer tracer = Tracer.attach(workload, "--stack")) {
                assertFalse(maps(tracer.pid()).contains("libdw"));
                assertTrue(maps(helpers(tracer).get(0).pid()).contains("libdw"));
            }
        }
    }

    private static String maps(long pid) throws IOException {
        return Files.readString(Path.of("/proc", Long.toString(pid), "maps"));
    }

    private static void nextStack(Workload workload, Tracer tracer, int lines) {
        workload.go();
        tracer.out().awaitCount("a stack", lines, line -> line.contains("(_start+") || line.contains("<unread"));
    }

    /** Simulates a crash of the unwinder's worker between two calls. */
    @Test
    void killedWorkerIsReplaced() {
        try (Workload workload = Workload.start("stacks");
                Tracer tracer = Tracer.attach(workload, "--stack")) {
            for (int i = 1; i <= 3; i++) {
                nextStack(workload, tracer, i);
                ProcessHandle worker = worker(helpers(tracer).get(0));
                kill(worker);
            }
            workload.finish();
            tracer.awaitExit(0);
            assertEquals(0, tracer.lost());
            assertEquals(
                    3,
                    tracer.out().awaitEnd().stream()
                            .filter(line -> line.contains("] accept4("))
                            .count());
        }
    }

    @Test
    void killedUnwinderIsReportedOnceAndTheTraceContinues() {
        try (Workload workload = Workload.start("stacks");
                Tracer tracer = Tracer.attach(workload, "--stack")) {
            nextStack(workload, tracer, 1);
            kill(helpers(tracer).get(0));
            nextStack(workload, tracer, 2);
            nextStack(workload, tracer, 3);
            assertEquals(List.of(), helpers(tracer), "a zombie is left");
            workload.finish();
            List<String> lines = tracer.out().awaitEnd();
            tracer.awaitExit(0);
            assertEquals(0, tracer.lost());
            List<String> unread =
                    lines.stream().filter(line -> line.contains("<unread")).toList();
            assertEquals(2, unread.size(), lines::toString);
            for (String line : unread) {
                assertTrue(line.matches(" > \\[unknown\\]\\(\\) \\[0x[0-9a-f]+\\] <unread: unwinder ended>"), line);
            }
            assertReported(
                    tracer,
                    "accept4-trace: stacks are missing from now on: the process that unwinds them has ended",
                    "hint: it was killed, or did not answer in time; start the trace again");
        }
    }

    private static void assertReported(Tracer tracer, String what, String hint) {
        List<String> notices = tracer.notices();
        int at = notices.indexOf(what);
        assertTrue(at >= 0 && at == notices.lastIndexOf(what), notices::toString);
        assertEquals(hint, notices.get(at + 1));
    }

    @Test
    void killedResolversAreReportedOnceAndTheTraceContinues() {
        try (Workload workload = Workload.start("stacks");
                Tracer tracer = Tracer.attach(workload, "--resolve")) {
            helpers(tracer).forEach(HelpersIT::kill);
            int calls = 0;
            while (!tracer.err().has(line -> line.startsWith("hint: they were killed"))) {
                workload.go();
                tracer.out().awaitLines(++calls);
            }
            workload.finish();
            List<String> lines = tracer.out().awaitEnd();
            tracer.awaitExit(0);
            assertEquals(0, tracer.lost());
            assertTrue(lines.stream().noneMatch(line -> line.contains(" name=")), lines::toString);
            assertReported(
                    tracer,
                    "accept4-trace: host names are not resolved: the processes that look them up have ended",
                    "hint: they were killed, or did not answer in time");
        }
    }

    @Test
    void helpersEndIfTheTracerIsKilled() {
        try (Workload workload = Workload.start("stacks");
                Tracer tracer = Tracer.attach(workload, "--stack", "--resolve")) {
            List<ProcessHandle> all = new ArrayList<>();
            for (ProcessHandle helper : helpers(tracer)) {
                all.add(helper);
                all.add(worker(helper));
            }
            assertEquals(10, all.size());
            tracer.signal("KILL");
            Await.until("all helpers have ended", () -> all.stream().allMatch(process -> Proc.hasEnded(process.pid())));
        }
    }

    @Test
    void commandDoesNotInheritTheSockets() {
        try (Tracer tracer = Tracer.start("--stack", "--resolve", "--", "/bin/ls", "-l", "/proc/self/fd")) {
            List<String> lines = tracer.out().awaitEnd();
            tracer.awaitExit(0);
            assertTrue(lines.size() >= 4, lines::toString);
            assertTrue(lines.stream().noneMatch(line -> line.contains("socket:")), lines::toString);
        }
    }
}
