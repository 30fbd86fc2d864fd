package accept4trace.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Tests tracing more processes than the usual limit on open files, which is 1024. The tool needs a descriptor for each
 * process.
 */
@Tag("any-kernel")
@ExtendWith(Privilege.class)
class CrowdIT {
    private static final int PROCESSES = 1100;

    @Test
    void tracesManyProcessesUntilTheLastEnds() {
        try (Workload workload = Workload.start("crowd", Integer.toString(PROCESSES));
                Tracer tracer = Tracer.startAfter("ulimit -Sn 1024", "-p", workload.firstLine())) {
            tracer.awaitLive();
            workload.go();
            List<String> lines = tracer.out().awaitEnd();
            tracer.awaitExit(0);
            Set<String> expected = Stream.of(workload.firstLine().split(",")).collect(Collectors.toSet());
            assertEquals(2 * PROCESSES, lines.size());
            assertEquals(expected, pids(lines, " accept4(-1, NULL, NULL, 0) = -1 EBADF "));
            assertEquals(expected, pids(lines, " +++ exited with 0 +++"));
            assertEquals(0, tracer.lost());
        }
    }

    private static Set<String> pids(List<String> lines, String text) {
        return lines.stream()
                .filter(line -> line.contains(text))
                .map(line -> line.substring("[pid ".length(), line.indexOf('<')))
                .collect(Collectors.toSet());
    }

    @Test
    void limitThatCannotBeRaisedIsReported() {
        try (Workload workload = Workload.start("crowd", Integer.toString(PROCESSES));
                Tracer tracer = Tracer.startAfter("ulimit -n 1024", "-p", workload.firstLine())) {
            tracer.awaitExit(1);
            List<String> notices = tracer.notices();
            List<String> end = notices.subList(notices.size() - 2, notices.size());
            String failure = "accept4-trace: cannot trace process \\d+: EMFILE \\(Too many open files\\)";
            assertTrue(end.get(0).matches(failure), notices::toString);
            assertEquals(
                    "hint: each process needs a file descriptor: raise the limit (ulimit -n), or trace with --all",
                    end.get(1));
            assertEquals(List.of(), tracer.out().awaitEnd());
        }
    }
}
