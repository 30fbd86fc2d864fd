package accept4trace.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests that inside a PID namespace, -p and lines use the process ids of that namespace. */
@ExtendWith(Privilege.class)
class PidNamespaceIT {
    /** Prints the process id of the server in the namespace, then the output of the tracer. */
    private static final String INSIDE =
            """
            exec unshare -m -p -f --mount-proc bash -c '
                "$1" steady mixed < <(echo; exec sleep 100) >/dev/null 2>&1 &
                server=$!
                echo "$server"
                "$0" -q --count 4 %s </dev/null
                kill "$server"' "$1" "$2"
            """;

    private static List<String> inside(String arguments) {
        Requirements.ownMounts();
        String storm = Workload.executable("storm").toString();
        try (Program shell =
                Program.bash(INSIDE.formatted(arguments), Tracer.executable().toString(), storm)) {
            List<String> lines = shell.out().awaitEnd();
            assertEquals(0, shell.awaitExit(), () -> shell.err().awaitEnd().toString());
            return lines;
        }
    }

    private static void assertCallsOf(String server, List<String> lines) {
        assertEquals(4, lines.size(), lines::toString);
        for (String line : lines) {
            assertTrue(line.startsWith("[pid " + server + "<storm>] accept4("), line);
        }
    }

    @Test
    void showsThePidOfTheOwnNamespace() {
        List<String> lines = inside("-p $server");
        assertTrue(Pattern.matches("\\d{1,2}", lines.get(0)), lines::toString);
        assertCallsOf(lines.get(0), lines.subList(1, lines.size()));
    }

    @Test
    void processOutsideTheNamespaceIsMissing() {
        try (Workload outside = Workload.start("storm", "steady", "mixed")) {
            outside.go();
            List<String> lines = inside("--all");
            assertCallsOf(lines.get(0), lines.subList(1, lines.size()));
        }
    }

    /** The hooks see refused and reset connections of the whole machine. */
    @ParameterizedTest
    @CsvSource({"refused, ack 4 1 0 early", "closed, gave-up"})
    void lostConnectionsOutsideTheNamespaceAreMissing(String workload, String arguments) {
        Requirements.ownMounts();
        String script = "exec unshare -m -p -f --mount-proc \"$1\" --all -e trace=accept4,accept,refused,closed";
        try (Workload outside = Workload.start(workload, arguments.split(" "));
                Program container = Program.bash(script, Tracer.executable().toString())) {
            Tracer.awaitLive(container.err());
            outside.go();
            assertFalse(outside.linesUntil("done").isEmpty());
            Program.signal(
                    "INT",
                    container.handle().children().findFirst().orElseThrow().pid());
            assertEquals(List.of(), container.out().awaitEnd());
        }
    }

    /**
     * If /proc belongs to another PID namespace, its process ids are not those that system calls return, so the tool
     * must not start. The second command starts the tool without any process ids in /proc.
     */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "exec unshare -m -p -f \"$1\" --all",
                "exec unshare -m -p -f sh -c 'mount -t tmpfs none /proc; \"$0\" --all; exit $?' \"$1\"",
            })
    void procOfAnotherNamespaceIsRejected(String start) {
        Requirements.ownMounts();
        try (Program shell = Program.bash(start, Tracer.executable().toString())) {
            List<String> printed = shell.err().awaitEnd();
            assertEquals(1, shell.awaitExit());
            assertEquals(2, printed.size(), printed::toString);
            assertTrue(printed.get(0).contains("/proc"), printed::toString);
            assertTrue(printed.get(1).endsWith("mount -t proc proc /proc"), printed::toString);
        }
    }

    /** A tool outside a container shows the container's processes under the ids that ps shows outside. */
    @Test
    void outerTracerShowsTheOuterPid() {
        Requirements.ownMounts();
        String storm = Workload.executable("storm").toString();
        String script = "exec unshare -m -p -f --mount-proc \"$1\" 3 mixed";
        try (Program container = Program.bash(script, storm)) {
            container.out().awaitLines(1);
            long inner = container.handle().children().findFirst().orElseThrow().pid();
            try (Tracer tracer = Tracer.start("-p", Long.toString(inner))) {
                tracer.awaitLive();
                container.sendLine();
                container.closeInput();
                List<TracedCall> calls = tracer.calls();
                tracer.awaitExit(0);
                assertEquals(3, calls.size());
                calls.forEach(call -> assertEquals(inner, call.tid()));
            }
        }
    }
}
