package accept4trace.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Tests children of traced processes. */
@ExtendWith(Privilege.class)
class FollowIT {
    private static final int CHILDREN = 100;

    /**
     * Each child, and each child of a child, immediately makes one call. One child exists before the tracer attaches.
     */
    @Test
    void firstCallOfEveryChildIsSeen() {
        try (Workload workload = Workload.start("forks", Integer.toString(CHILDREN));
                Tracer tracer = Tracer.attach(workload, "-f")) {
            workload.go();
            int calls = Integer.parseInt(workload.lines().get(0));
            assertEquals(2 * (CHILDREN + 1), calls);
            List<String> lines = tracer.out().awaitEnd();
            tracer.awaitExit(0);
            assertEquals(calls, TracedCall.parseAll(lines).size());
            /* The end of each process has a line. The process given to -p, which makes no call, ends last. */
            assertEquals(
                    calls + 1,
                    lines.stream()
                            .filter(line -> line.endsWith(" +++ exited with 0 +++"))
                            .count());
            assertTrue(lines.get(lines.size() - 1).startsWith("[pid " + workload.pid() + "<"), lines::toString);
        }
    }

    @Test
    void childrenAreNotTracedWithoutFollow() {
        try (Workload workload = Workload.start("forks", "3");
                Tracer tracer = Tracer.attach(workload)) {
            workload.go();
            assertEquals(List.of(), tracer.calls());
            tracer.awaitExit(0);
        }
    }

    /** The children of a command are still traced after the command has ended. */
    @Test
    void traceEndsWithTheLastChild() {
        String forks = Workload.executable("forks").toString();
        String script = "echo | \"$1\" -q -f -- sh -c '\"$0\" 2 2>/dev/null & exit 4' \"$2\"";
        try (Program shell = Program.bash(script, Tracer.executable().toString(), forks)) {
            List<String> lines = shell.err().awaitEnd();
            assertEquals(4, shell.awaitExit());
            assertEquals(0, TracedCall.parseAll(lines).size() % 2);
            assertTrue(lines.get(lines.size() - 1).contains("+++ exited with "), lines::toString);
        }
    }
}
