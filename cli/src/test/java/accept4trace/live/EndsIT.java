package accept4trace.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Tests how traces end without a signal, which processes they cover, and where their output goes. */
@ExtendWith(Privilege.class)
class EndsIT {
    @Tag("any-kernel")
    @Test
    void countEndsTheTrace() {
        try (Workload workload = Workload.start("storm", "steady", "mixed");
                Tracer tracer = Tracer.attach(workload, "--count", "3")) {
            workload.go();
            assertEquals(3, tracer.calls().size());
            tracer.awaitExit(0);
            assertTrue(workload.isAlive());
        }
    }

    @Tag("any-kernel")
    @Test
    void durationEndsAnIdleTrace() {
        try (Workload workload = Workload.start("storm", "1");
                Tracer tracer = Tracer.attach(workload, "--duration", "1s")) {
            assertEquals(List.of(), tracer.calls());
            tracer.awaitExit(0);
            assertTrue(workload.isAlive());
        }
    }

    @Test
    void exitOfTheTargetIsTheLastLine() {
        try (Workload workload = Workload.start("storm", "1");
                Tracer tracer = Tracer.attach(workload)) {
            workload.go();
            workload.finish();
            List<String> lines = tracer.out().awaitEnd();
            tracer.awaitExit(0);
            assertEquals(2, lines.size(), lines::toString);
            assertTrue(lines.get(1).endsWith("+++ exited with 0 +++"), lines.get(1));
        }
    }

    @Tag("any-kernel")
    @Test
    void quietPrintsNothingOnStderr() {
        try (Workload workload = Workload.start("storm", "steady", "mixed");
                Tracer tracer = Tracer.start("-q", "--count", "3", "-p", workload.pidText())) {
            workload.go();
            assertEquals(3, tracer.calls().size());
            tracer.awaitExit(0);
            assertEquals(List.of(), tracer.notices());
        }
    }

    @Test
    void tracesTheProcessOfAThreadId() {
        try (Workload workload = Workload.start("blocked", "3", "late")) {
            String tid = anotherThread(workload.pid());
            try (Tracer tracer = Tracer.start("-p", tid)) {
                tracer.awaitLive();
                workload.go();
                assertEquals(3, tracer.calls().size());
                tracer.awaitExit(0);
                assertNames(tracer.notices(), tid, workload.pidText());
            }
        }
    }

    private static void assertNames(List<String> notices, String tid, String pid) {
        Pattern both = Pattern.compile("accept4-trace: .*\\b" + tid + "\\b.*\\b" + pid + "\\b.*");
        assertTrue(notices.stream().anyMatch(both.asMatchPredicate()), notices::toString);
    }

    private static String anotherThread(long pid) {
        return Proc.threads(pid).stream()
                .filter(tid -> tid != pid)
                .findFirst()
                .orElseThrow()
                .toString();
    }

    @Test
    void severalProcessesAreTracedUntilTheLastEnds() {
        try (Workload first = Workload.start("storm", "2", "mixed");
                Workload second = Workload.start("storm", "3", "mixed");
                Tracer tracer = Tracer.start("-p", first.pidText() + "," + second.pidText())) {
            tracer.awaitLive();
            first.go();
            first.finish();
            first.lines();
            second.go();
            second.finish();
            Map<Long, Long> counts =
                    tracer.calls().stream().collect(Collectors.groupingBy(TracedCall::tid, Collectors.counting()));
            tracer.awaitExit(0);
            assertEquals(Map.of(first.pid(), 2L, second.pid(), 3L), counts);
        }
    }

    @Tag("any-kernel")
    @Test
    void linesGoToTheNamedFile(@TempDir Path folder) throws IOException {
        Path output = folder.resolve("output");
        try (Workload workload = Workload.start("storm", "3", "mixed");
                Tracer tracer = Tracer.attach(workload, "-o", output.toString())) {
            workload.go();
            workload.finish();
            assertEquals(List.of(), tracer.out().awaitEnd());
            tracer.awaitExit(0);
            assertEquals(3, TracedCall.parseAll(Files.readAllLines(output)).size());
        }
    }
}
