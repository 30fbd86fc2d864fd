package accept4trace.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import accept4trace.live.PackagedServer.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Tests -e trace=closed with servers that are reloaded while connections wait in their queues. The tool must report as
 * many reset connections as the clients see. Run it with .ci/run --suite servers.
 */
@ExtendWith(Privilege.class)
class ReloadedServersSuite {
    private static final int CLIENTS = 20;
    private static final Path MIGRATION = Path.of("/proc/sys/net/ipv4/tcp_migrate_req");

    private enum Reload {
        /**
         * The old configuration has two workers with a listener each. The new one has one worker, so one listener is
         * closed.
         */
        NGINX(Kind.NGINX_REUSEPORT, ReloadedServersSuite::reloadNginx),
        /** A new process opens its own listener, and tells the old process to end. */
        HAPROXY(Kind.HAPROXY_FULL, ReloadedServersSuite::reloadHaproxy);

        private final Kind kind;
        private final Way way;

        Reload(Kind kind, Way way) {
            this.kind = kind;
            this.way = way;
        }
    }

    /** Lets clients wait in the queues of a server, and reloads it. */
    private interface Way {
        /** Returns what must be closed after the reload. */
        AutoCloseable reload(PackagedServer server, Clients clients, Path folder) throws IOException;
    }

    @TempDir
    private Path folder;

    @ParameterizedTest
    @EnumSource
    void countsTheClientsThatWereReset(Reload reload) throws Exception {
        List<Long> counts = reload(reload);
        assertTrue(counts.get(0) > 0, counts::toString);
        assertEquals(0, counts.get(1));
    }

    @ParameterizedTest
    @EnumSource
    void countsTheClientsThatMovedToAnotherListener(Reload reload) throws Exception {
        Requirements.ofKernel(Files.exists(MIGRATION), "this kernel has no tcp_migrate_req");
        String before = Files.readString(MIGRATION);
        Files.writeString(MIGRATION, "1");
        try {
            List<Long> counts = reload(reload);
            assertEquals(0, counts.get(0));
            assertTrue(counts.get(1) > 0, counts::toString);
        } finally {
            Files.writeString(MIGRATION, before);
        }
    }

    /**
     * Reloads a server, and checks that the tool counts the same resets as the clients. Returns the numbers of
     * connections that were reset and migrated.
     */
    private List<Long> reload(Reload reload) throws Exception {
        try (PackagedServer server = PackagedServer.start(reload.kind, folder);
                Tracer tracer = Tracer.start("-e", "trace=closed", "--format=json", "-f", "-p", server.targets());
                Clients clients = new Clients(server.port())) {
            tracer.awaitLive();
            try (AutoCloseable started = reload.way.reload(server, clients, folder)) {
                int resets = clients.awaitAnswers();
                tracer.out().awaitLine("the listener is closed", ReloadedServersSuite::isNonEmpty);
                tracer.signal("INT");
                List<String> lines = tracer.out().awaitEnd();
                assertEquals(resets, sum(lines, "reset"), lines::toString);
                return List.of((long) resets, sum(lines, "migrated"));
            }
        }
    }

    private static boolean isNonEmpty(String line) {
        return line.startsWith("{\"type\":\"closed\",") && sum(List.of(line), "waiting") > 0;
    }

    private static long sum(List<String> lines, String field) {
        Pattern pattern = Pattern.compile("^\\{\"type\":\"closed\",.*\"" + field + "\":(\\d+)");
        return lines.stream()
                .map(pattern::matcher)
                .filter(Matcher::find)
                .mapToLong(found -> Long.parseLong(found.group(1)))
                .sum();
    }

    /**
     * Stops the old workers with SIGSTOP, so that clients must wait. Before the workers continue, each gets a SIGQUIT.
     * The message with which the master ends them is not enough, because a worker can accept clients before it reads
     * that message.
     */
    private static AutoCloseable reloadNginx(PackagedServer server, Clients clients, Path folder) throws IOException {
        List<Long> pids = server.pids();
        List<Long> workers = pids.subList(1, pids.size());
        workers.forEach(pid -> Program.signal("STOP", pid));
        letWait(server, clients);
        Path configuration = folder.resolve("nginx.conf");
        Files.writeString(
                configuration, Files.readString(configuration).replace("worker_processes 2", "worker_processes 1"));
        Program.signal("HUP", pids.get(0));
        Await.until("there is a new worker", () -> server.pids().size() > pids.size());
        workers.forEach(pid -> Program.signal("QUIT", pid));
        workers.forEach(pid -> Program.signal("CONT", pid));
        return () -> {};
    }

    /**
     * The server serves only one connection at a time. A client that sends nothing occupies it, so all others wait in
     * the queue.
     */
    private static AutoCloseable reloadHaproxy(PackagedServer server, Clients clients, Path folder) throws IOException {
        Clients silent = new Clients(server.port());
        silent.connect(1);
        Await.until("it is accepted", () -> server.waiting() == 0);
        letWait(server, clients);
        Program started = Program.start(
                Requirements.installed("haproxy"),
                List.of(
                        "-f",
                        folder.resolve("haproxy.cfg").toString(),
                        "-sf",
                        Long.toString(server.pids().get(0))));
        return () -> {
            started.close();
            silent.close();
            Await.until("the old process has ended", () -> !server.isAlive());
        };
    }

    private static void letWait(PackagedServer server, Clients clients) throws IOException {
        for (int i = 0; i < CLIENTS; i++) {
            clients.connect(1);
            clients.send(Exchange.HTTP.request());
        }
        Await.until("they wait", () -> server.waiting() == CLIENTS);
    }
}
