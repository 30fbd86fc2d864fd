package accept4trace.live;

import static org.junit.jupiter.api.Assertions.assertEquals;

import accept4trace.live.PackagedServer.Kind;
import java.io.IOException;
import java.util.List;

/**
 * A fault that a test provokes in a server, the finding that --diagnose must report, and the servers in which the fault
 * can be provoked.
 */
enum Sickness {
    STOPPED("stuck", Sickness::stop, Kind.NGINX, Kind.REDIS, Kind.POSTGRESQL, Kind.APACHE, Kind.MEMCACHED),
    FULL_QUEUE("refused", Sickness::fillQueue, Kind.NGINX_BACKLOG, Kind.REDIS_BACKLOG),
    NO_DESCRIPTORS("emfile", Sickness::takeDescriptors, Kind.NGINX, Kind.HAPROXY),
    STUCK_MEMBER("stuck", Sickness::stopMember, Kind.NGINX_REUSEPORT, Kind.HAPROXY_TWICE),
    SILENT_CLIENT("stuck", Sickness::occupy, Kind.GUNICORN_SINGLE, Kind.UWSGI_SINGLE),
    ENDLESS_REQUEST("stuck", Sickness::requestLoop, Kind.NODE_SINGLE),
    ENDLESS_SCRIPT("stuck", Sickness::runLoop, Kind.REDIS);

    private static final int CLIENTS = 3;
    /** Two connections fit into the queue of a listener with a backlog of 1, so this many clients overflow it. */
    private static final int TOO_MANY_CLIENTS = 6;

    private final String finding;
    private final Cause cause;
    private final List<Kind> servers;

    /** The only byte that silent clients send. Without it, TCP_DEFER_ACCEPT would keep them out of the accept queue. */
    private static final String FIRST_BYTE = "G";

    private static final String REQUEST = "GET /loop HTTP/1.0\r\n\r\n";
    private static final String SCRIPT = "CONFIG SET lua-time-limit 0\r\nEVAL \"while true do end\" 0\r\n";

    /** Makes a server sick with the help of clients. */
    private interface Cause {
        void apply(PackagedServer server, Clients clients) throws IOException;
    }

    Sickness(String finding, Cause cause, Kind... servers) {
        this.finding = finding;
        this.cause = cause;
        this.servers = List.of(servers);
    }

    /** Returns the "finding" of the JSON record that the tool must write. */
    String finding() {
        return finding;
    }

    boolean canAffect(Kind server) {
        return servers.contains(server);
    }

    /** Makes a server sick while it is traced. */
    void afflict(PackagedServer server, Clients clients) throws IOException {
        cause.apply(server, clients);
    }

    /**
     * Each client sends a request, because with TCP_DEFER_ACCEPT only clients that have sent something get into the
     * accept queue.
     */
    private static void stop(PackagedServer server, Clients clients) throws IOException {
        server.signal("STOP");
        for (int i = 0; i < CLIENTS; i++) {
            clients.connect(1);
            clients.send(REQUEST);
        }
        Await.until("they wait", () -> server.waiting() == CLIENTS);
    }

    /**
     * Stops the server until the queue is full and the kernel drops packets of some clients. These clients retransmit a
     * second later, when the server accepts again, and are then connected.
     */
    private static void fillQueue(PackagedServer server, Clients clients) throws IOException {
        server.converse();
        long overflows = PackagedServer.overflows();
        server.signal("STOP");
        clients.beginToConnect(TOO_MANY_CLIENTS);
        Await.until("the queue overflows", () -> PackagedServer.overflows() > overflows);
        server.signal("CONT");
        clients.awaitConnections();
        Await.until("the queue is empty", () -> server.waiting() == 0);
    }

    /**
     * Sets the limit of each process to its lowest unused descriptor. A higher limit would leave gaps in which
     * connections find room.
     */
    private static void takeDescriptors(PackagedServer server, Clients clients) throws IOException {
        for (long pid : server.pids()) {
            try (Program limit = Program.bash(
                    "fd=0; while [ -L /proc/$1/fd/$fd ]; do fd=$((fd + 1)); done; prlimit --nofile=$fd: --pid $1",
                    Long.toString(pid))) {
                assertEquals(0, limit.awaitExit(), "prlimit " + pid);
            }
        }
        clients.connect(CLIENTS);
    }

    private static void stopMember(PackagedServer server, Clients clients) throws IOException {
        List<Long> pids = server.pids();
        Program.signal("STOP", pids.get(pids.size() - 1));
        connectUntilTheyWait(server, clients, "");
    }

    private static void occupy(PackagedServer server, Clients clients) throws IOException {
        clients.connect(1);
        clients.send(FIRST_BYTE);
        Await.until("it is accepted", () -> server.waiting() == 0);
        connectUntilTheyWait(server, clients, FIRST_BYTE);
    }

    private static void requestLoop(PackagedServer server, Clients clients) throws IOException {
        connectUntilTheyWait(server, clients, REQUEST);
    }

    private static void runLoop(PackagedServer server, Clients clients) throws IOException {
        connectUntilTheyWait(server, clients, SCRIPT);
    }

    /** Connects one client at a time until enough of them wait. The server may still accept the first ones. */
    private static void connectUntilTheyWait(PackagedServer server, Clients clients, String request)
            throws IOException {
        int waiting = 0;
        while (waiting < CLIENTS || waiting != server.waiting()) {
            clients.connect(1);
            clients.send(request);
            waiting = server.waiting();
        }
    }
}
