package accept4trace.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Tests processes given to -p by name, and filters that are used without another target. */
@ExtendWith(Privilege.class)
class TargetsIT {
    private static final String OWN = "a4t" + ProcessHandle.current().pid();

    @TempDir
    private Path folder;

    private static String started(String subject) {
        return "accept4-trace: tracing accept4 and accept of " + subject + " via "
                + Rung.here().label() + Rung.here().unknown() + "; ^C ends";
    }

    /** Returns the lines without the server's unit, which depends on how the tests were started. */
    private static List<String> lines(Tracer tracer) {
        return tracer.calls().stream()
                .map(call -> call.unmeasuredLine().replaceAll(" (unit|container)=\\S+", ""))
                .toList();
    }

    /** Checks that the tool traces only this server, although another one also runs. */
    private static void assertTraced(NamedServer server, NamedServer other, String name, String comm) {
        try (Tracer tracer = Tracer.start("-p", name, "--count", "1")) {
            tracer.awaitLive();
            other.go();
            String expected = server.go();
            assertEquals(List.of(expected), lines(tracer));
            tracer.awaitExit(0);
            tracer.err().awaitLine("the server", started(server.pid() + " (" + comm + ", 1 thread)")::equals);
        }
    }

    @Tag("any-kernel")
    @Test
    void processIsFoundByTheNameOfItsMainThread() {
        try (NamedServer other = NamedServer.start("tcp");
                NamedServer server = NamedServer.start("tcp", OWN)) {
            assertTraced(server, other, OWN, OWN);
        }
    }

    @Tag("any-kernel")
    @Test
    void processIsFoundByItsExecutable() throws IOException {
        Path copy = Files.copy(Workload.executable("named"), folder.resolve("a4t-with-a-long-name"));
        assertEquals(true, copy.toFile().setExecutable(true));
        try (NamedServer other = NamedServer.start("tcp");
                NamedServer server = NamedServer.start(copy, "tcp", "renamed")) {
            Files.delete(copy);
            assertTraced(server, other, "a4t-with-a-long-name", "renamed");
        }
    }

    @Tag("any-kernel")
    @Test
    void processIsFoundByItsCommandLine() {
        try (NamedServer other = NamedServer.start("tcp");
                NamedServer server = NamedServer.titled("/opt/" + OWN)) {
            assertTraced(server, other, OWN, "named");
        }
    }

    /**
     * The command line of the tool begins with the name that the tool searches for. The tool must not find its own
     * process.
     */
    @Tag("any-kernel")
    @Test
    void toolDoesNotFindItself() {
        try (Tracer tracer = Tracer.startAfter("exec -a " + OWN + " \"$1\" -p " + OWN, "unused")) {
            tracer.awaitExit(1);
            assertEquals(
                    List.of(
                            "accept4-trace: no process is named '" + OWN + "'",
                            "hint: pgrep -af NAME searches command lines; --comm NAME also traces processes that start"
                                    + " later"),
                    tracer.notices());
        }
    }

    @Tag("any-kernel")
    @Test
    void queuesAreSelectedByName() {
        try (NamedServer server = NamedServer.start("tcp", OWN);
                Program queue = Program.start(Tracer.executable(), List.of("--queue", "-p", OWN))) {
            assertEquals(
                    List.of("127.0.0.1:" + server.port() + "  0/3 waiting  " + OWN + "[" + server.pid() + "] fd 3"),
                    queue.out().awaitEnd());
            assertEquals(0, queue.awaitExit());
        }
    }

    /** Checks that the filters need no other target, and that the first notice or a later one names the server. */
    private static void assertFiltered(NamedServer server, NamedServer other, String filters, String description) {
        try (Tracer tracer = Tracer.start((filters + " --count 1").split(" "))) {
            tracer.awaitLive();
            /* Other processes of the machine may listen there, too. */
            String owners = Pattern.quote(description) + ", listening now: (.*, )?" + server.pid() + " \\(named\\)";
            String notice = tracer.err().awaitLine(owners, line -> line.matches(".* " + owners + ".*"));
            assertFalse(notice.contains(" " + other.pid() + " (named)"), notice);
            other.go();
            String expected = server.go();
            assertEquals(List.of(expected), lines(tracer));
            tracer.awaitExit(0);
        }
    }

    @Test
    void portIsATarget() {
        try (NamedServer other = NamedServer.start("tcp");
                NamedServer server = NamedServer.start("tcp")) {
            assertFiltered(server, other, "--port " + server.port(), "port " + server.port());
        }
    }

    /** The other server is just outside the range. */
    @Test
    void rangeOfPortsIsATarget() {
        try (NamedServer one = NamedServer.start("tcp");
                NamedServer two = NamedServer.start("tcp")) {
            NamedServer server = one.port() < two.port() ? one : two;
            NamedServer other = one.port() < two.port() ? two : one;
            String range = "1-2," + server.port() + "-" + (other.port() - 1);
            assertFiltered(server, other, "--port " + range, "port " + range);
        }
    }

    @Test
    void pathOfAListenerIsATarget() {
        String path = folder.resolve("socket").toString();
        try (NamedServer other = NamedServer.start(path + "2");
                NamedServer server = NamedServer.start(path)) {
            assertFiltered(server, other, "--listener " + path, "listener " + path);
        }
    }

    /** The path and its NUL fill the 108 bytes of sun_path. */
    @Test
    void longestPathOfAListenerIsATarget() {
        String path = folder.resolve("x").toString();
        String longest = path + "x".repeat(107 - path.length());
        try (NamedServer other = NamedServer.start(longest.substring(0, 106));
                NamedServer server = NamedServer.start(longest)) {
            assertFiltered(server, other, "--listener=" + longest, "listener " + longest);
        }
    }

    @Test
    void abstractNameIsATarget() {
        String name = "@" + OWN;
        try (NamedServer other = NamedServer.start("tcp");
                NamedServer server = NamedServer.start(name)) {
            assertFiltered(server, other, "--listener=" + name, "listener " + name);
        }
    }

    @Test
    void listenersOfSeveralKindsAddUp() {
        String name = "@" + OWN + "-2";
        try (NamedServer tcp = NamedServer.start("tcp");
                NamedServer other = NamedServer.start("tcp");
                NamedServer unix = NamedServer.start(name);
                Tracer tracer =
                        Tracer.start("--listener=" + name, "--listener=127.0.0.1:" + tcp.port(), "--count", "2")) {
            tracer.awaitLive();
            other.go();
            List<String> expected = List.of(unix.go(), tcp.go());
            assertEquals(expected, lines(tracer));
            tracer.awaitExit(0);
        }
    }

    @Tag("any-kernel")
    @Test
    void queueIsSelectedByItsName() {
        String name = "@" + OWN + "-3";
        try (NamedServer other = NamedServer.start(name + "x");
                NamedServer server = NamedServer.start(name);
                Program queue = Program.start(Tracer.executable(), List.of("--queue", "--listener", name))) {
            List<String> lines = queue.out().awaitEnd();
            assertEquals(1, lines.size(), lines::toString);
            assertEquals(
                    ",@\"" + OWN + "-3\"  0/3 waiting  named[" + server.pid() + "] fd 3",
                    lines.get(0).substring(lines.get(0).indexOf(',')));
            other.finish();
        }
    }

    @Test
    void networkNamespaceIsATarget() {
        try (NamedServer other = NamedServer.start("tcp");
                NamedServer server = NamedServer.start("tcp", "elsewhere")) {
            assertFiltered(server, other, "--netns " + server.pid(), "network namespace of " + server.pid());
        }
    }

    /**
     * The listener is in another network namespace than the tool, so no table of sockets in the tool's own namespace
     * shows it.
     */
    @Test
    void ownerIsFoundInAnotherNetworkNamespace() {
        try (NamedServer other = NamedServer.start("tcp");
                NamedServer server = NamedServer.start("tcp", "elsewhere")) {
            assertFiltered(server, other, "--port " + server.port(), "port " + server.port());
        }
    }

    @Test
    void nameOfAThreadIsATarget() {
        try (NamedServer other = NamedServer.start("tcp");
                NamedServer server = NamedServer.start("tcp", OWN);
                Tracer tracer = Tracer.start("--comm", OWN, "--count", "1")) {
            tracer.awaitLive();
            String owners = "comm " + OWN + ", listening now: " + server.pid() + " (" + OWN + ")";
            tracer.err()
                    .awaitLine(owners, line -> line.equals(started(owners)) || line.equals("accept4-trace: " + owners));
            other.go();
            String expected = server.go();
            assertEquals(List.of(expected), lines(tracer));
            tracer.awaitExit(0);
        }
    }

    /** Whoever traces a command with the name of a running server probably wants to trace the running server. */
    @Tag("any-kernel")
    @Test
    void runningServerIsMentionedIfACommandHasItsName() {
        try (NamedServer server = NamedServer.start("tcp", "true");
                Tracer tracer = Tracer.startFolding("true")) {
            tracer.awaitExit(0);
            tracer.err().awaitLine("a hint", "hint: true is running; to trace it: -p true"::equals);
            server.finish();
        }
    }

    @Tag("any-kernel")
    @Test
    void bareNumberIsNotACommand() {
        try (Tracer tracer = Tracer.startFolding("1234")) {
            tracer.awaitExit(2);
            assertEquals(
                    List.of(
                            "accept4-trace: '1234' is a number, not a command",
                            "hint: -p 1234 traces the process with this id, and -- 1234 runs a command of this name"),
                    tracer.notices());
        }
    }
}
