package accept4trace.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertIterableEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongPredicate;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Tests real servers, traced as section SERVERS of the manual page describes. Each connection of a client must have
 * exactly one line.
 */
@Tag("any-kernel")
@ExtendWith(Privilege.class)
class ServersIT {
    private static final int CONNECTIONS = 20;

    /* S: server port, C: client port, N: descriptor, T: time. */
    private static final String LISTENER = "accept4(N<TCP:[127.0.0.1:S]>, ";
    private static final String ACCEPTED = ") = N<TCP:[127.0.0.1:S->127.0.0.1:C]> <T> wait=T queue=0/";
    private static final String PYTHON = "<python3> " + LISTENER + "{peer}, [16], SOCK_CLOEXEC" + ACCEPTED + "5";

    @TempDir
    private Path folder;

    @Test
    void nginx() throws IOException {
        try (Nginx nginx = Nginx.start(folder)) {
            String line = "<nginx> " + LISTENER + "{peer}, [16], SOCK_NONBLOCK" + ACCEPTED + "511";
            assertTraced("-f -p " + nginx.pid(), nginx.pid(), nginx.port(), line, nginx.workers()::contains);
        }
    }

    /** Any free thread of the server accepts. -z hides the EAGAIN that follows each connection. */
    @Test
    void go() throws IOException {
        try (WebServer server = WebServer.go()) {
            String line =
                    "<server-go> " + LISTENER + "{peer}, [16], SOCK_CLOEXEC|SOCK_NONBLOCK" + ACCEPTED + longestQueue();
            assertTraced("-z -p " + server.pid(), server, line, tid -> Proc.threads(server.pid())
                    .contains(tid));
        }
    }

    @Test
    void python() throws IOException {
        try (WebServer server = WebServer.python()) {
            assertTraced("-p " + server.pid(), server, PYTHON, tid -> tid == server.pid());
        }
    }

    /** Java accepts IPv4 connections on an IPv6 socket, and in a thread other than the main thread. */
    @Test
    void java() throws IOException {
        try (WebServer server = WebServer.java()) {
            String line = "<HTTP-Dispatcher> accept(N<TCPv6:[[::ffff:127.0.0.1]:S]>, {peer}, [28])"
                    + " = N<TCPv6:[[::ffff:127.0.0.1]:S->[::ffff:127.0.0.1]:C]> <T> wait=T queue=0/50";
            assertTraced("-p " + server.pid(), server, line, tid -> tid != server.pid());
        }
    }

    /**
     * Node does not ask for the client's address. Up to version 18, an EAGAIN follows each connection, as with Go, so
     * -z is needed here, too.
     */
    @Test
    void node() throws IOException {
        try (WebServer server = WebServer.node()) {
            String line = "<node> " + LISTENER + "NULL, NULL, SOCK_CLOEXEC|SOCK_NONBLOCK" + ACCEPTED + "511";
            assertTraced("-z -p " + server.pid(), server, line, tid -> tid == server.pid());
        }
    }

    /** Runs the server in a named network namespace, and in the namespaces of a container. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "unshare -m sh -c 'mount -t tmpfs run /run; ip netns add test; ip -n test link set lo up; "
                        + "exec ip netns exec test \"$@\"' sh \"$@\"",
                "unshare -p -n -f --mount-proc sh -c 'ip link set lo up; exec \"$@\"' sh \"$@\""
            })
    void serverInItsOwnNamespaces(String namespaces) throws IOException {
        Requirements.installed("ip");
        try (WebServer server = WebServer.pythonAfter(namespaces)) {
            assertTraced("-p " + server.pid(), server, PYTHON, tid -> tid == server.pid());
        }
    }

    /** Traces a service from its start. The service inherits a listener that systemd-socket-activate has opened. */
    @Test
    void socketActivation() throws IOException {
        Path proxy = Path.of("/lib/systemd/systemd-socket-proxyd");
        Requirements.require(Files.isExecutable(proxy), "systemd is not installed");
        String port = Integer.toString(Nginx.freePort());
        Path output = folder.resolve("output");
        try (WebServer behind = WebServer.python();
                Program traced = Program.start(
                        Tracer.executable(),
                        List.of(
                                "-o",
                                output.toString(),
                                "--",
                                Requirements.installed("systemd-socket-activate")
                                        .toString(),
                                "--listen=127.0.0.1:" + port,
                                proxy.toString(),
                                "127.0.0.1:" + behind.port()))) {
            traced.err().awaitLine("the socket is open", line -> line.startsWith("Listening on "));
            List<String> clients = clients(behind.pid(), Integer.parseInt(port));
            ProcessHandle server = traced.handle().children().findFirst().orElseThrow();
            server.destroyForcibly();
            assertEquals(137, traced.awaitExit());
            String line = "<systemd-socket-> " + LISTENER + "NULL, NULL, SOCK_CLOEXEC|SOCK_NONBLOCK" + ACCEPTED
                    + longestQueue();
            assertLines(line, port, clients, TracedCall.parseAll(Files.readAllLines(output)));
        }
    }

    private static String longestQueue() throws IOException {
        return Files.readAllLines(Path.of("/proc/sys/net/core/somaxconn")).get(0);
    }

    private static void assertTraced(String options, WebServer server, String line, LongPredicate accepts)
            throws IOException {
        assertTraced(options, server.pid(), server.port(), line, accepts);
    }

    private static void assertTraced(String options, long server, int port, String line, LongPredicate accepts) {
        try (Tracer tracer = Tracer.start(options.split(" "))) {
            tracer.awaitLive();
            List<String> clients = clients(server, port);
            tracer.signal("INT");
            List<TracedCall> calls = tracer.calls();
            tracer.awaitExit(130);
            assertLines(line, Integer.toString(port), clients, calls);
            assertTrue(calls.stream().mapToLong(TracedCall::tid).allMatch(accepts), calls::toString);
        }
    }

    /**
     * Runs clients in the server's network namespace, checks that the server answers all of them, and returns their
     * ports.
     */
    private static List<String> clients(long server, int port) {
        String script = "exec nsenter --net=/proc/$1/ns/net \"$2\" \"$3\" \"$4\" \"$5\"";
        try (Program client = Program.bash(
                script,
                Long.toString(server),
                Requirements.installed("python3").toString(),
                Workload.executable("client.py").toString(),
                Integer.toString(port),
                Integer.toString(CONNECTIONS))) {
            List<String> ports = client.out().awaitEnd();
            assertEquals(List.of(), client.err().awaitEnd());
            assertEquals(CONNECTIONS, ports.size());
            return ports;
        }
    }

    private static void assertLines(String line, String port, List<String> clients, List<TracedCall> calls) {
        String shown = Rung.here().shows(line).replaceAll("\\bS\\b", port);
        List<String> expected = new ArrayList<>();
        clients.forEach(client -> expected.add(shown.replaceAll("\\bC\\b", client)));
        assertIterableEquals(expected, calls.stream().map(ServersIT::unmeasured).toList());
    }

    /**
     * Removes the mark ~peer (the peer may be wrong). The tool can add this mark to lines of processes with several
     * threads. Some servers start and end threads at any moment, so a line may have the mark or not.
     */
    private static String unmeasured(TracedCall call) {
        return "<" + call.comm() + "> "
                + call.unmeasured()
                        .replaceFirst("\\(\\d+<", "(N<")
                        .replaceFirst(" = \\d+<", " = N<")
                        .replaceFirst(" ~peer$", "");
    }
}
