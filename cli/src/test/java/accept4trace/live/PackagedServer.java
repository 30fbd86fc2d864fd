package accept4trace.live;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A running server from a Debian package, and a client for it. servers/packaged.sh starts the server with its usual
 * defaults, or as a variant (see {@link #variants}).
 */
final class PackagedServer implements AutoCloseable {
    /** The servers. Each has the request that a client sends, and the beginning of the answer. */
    enum Kind {
        APACHE(Exchange.HTTP),
        DOVECOT(new Exchange("a LOGOUT\r\n", "* OK")),
        GUNICORN(Exchange.HTTP),
        GUNICORN_SINGLE(Exchange.HTTP),
        HAPROXY(Exchange.HTTP),
        HAPROXY_FULL(Exchange.HTTP),
        HAPROXY_TWICE(Exchange.HTTP),
        LIGHTTPD(Exchange.HTTP),
        MEMCACHED(new Exchange("version\r\n", "VERSION ")),
        MOSQUITTO(new Exchange("\020\014\0\004MQTT\004\002\0\074\0\0", "\040\002\0\0")),
        NGINX(Exchange.HTTP),
        NGINX_BACKLOG(Exchange.HTTP),
        NGINX_DEFERRED(Exchange.HTTP),
        NGINX_REUSEPORT(Exchange.HTTP),
        NODE(Exchange.HTTP),
        NODE_SINGLE(Exchange.HTTP),
        PGBOUNCER(Exchange.POSTGRESQL),
        PHP_FPM(Exchange.HTTP),
        POSTGRESQL(Exchange.POSTGRESQL),
        REDIS(Exchange.REDIS),
        REDIS_BACKLOG(Exchange.REDIS),
        SQUID(Exchange.HTTP),
        SSHD(new Exchange("", "SSH-2.0-")),
        SYSTEMD_ACTIVATE(new Exchange("echo", "echo")),
        TOMCAT(Exchange.HTTP),
        UNBOUND(new Exchange("\0\033\0\1\1\0\0\1\0\0\0\0\0\0\4here\4test\0\0\1\0\1", "\0\053\0\1")),
        UWSGI(Exchange.HTTP),
        UWSGI_SINGLE(Exchange.HTTP),
        VARNISH(Exchange.HTTP);

        private final Exchange exchange;

        Kind(Exchange exchange) {
            this.exchange = exchange;
        }

        /** Returns the name that packaged.sh knows. */
        String script() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /** Returns the servers that are to be tested with their usual defaults. */
    static List<Kind> usual() {
        return named("a4t.servers");
    }

    /** Returns the variants in which it is easy to provoke a fault (see {@link Sickness}). */
    static List<Kind> variants() {
        return named("a4t.variants");
    }

    /** Parses the system property {@code property}, which lists servers, separated by commas. */
    private static List<Kind> named(String property) {
        return Stream.of(Requirements.property(property).split(",", -1))
                .map(name -> Kind.valueOf(name.toUpperCase(Locale.ROOT).replace('-', '_')))
                .toList();
    }

    private final Kind kind;
    private final Program program;
    private final int port;

    private PackagedServer(Kind kind, Program program, int port) {
        this.kind = kind;
        this.program = program;
        this.port = port;
    }

    /** Starts a server, and waits until it answers a client. */
    static PackagedServer start(Kind kind, Path folder) throws IOException {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        int port = Nginx.freePort();
        Path script = Workload.executable("packaged.sh");
        Program program = Program.start(script, List.of(kind.script(), folder.toString(), Integer.toString(port)));
        PackagedServer server = new PackagedServer(kind, program, port);
        Await.until(kind + " answers", server::answers);
        return server;
    }

    int port() {
        return port;
    }

    boolean isAlive() {
        return program.isAlive();
    }

    /** Returns whether the server answers; false if it does not accept connections yet. */
    private boolean answers() {
        if (!program.isAlive()) {
            throw new IllegalStateException(
                    kind + " has ended: " + program.err().awaitEnd());
        }
        try {
            converse();
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** Connects, sends a request, and reads the beginning of the answer. Throws if another answer comes. */
    void converse() throws IOException {
        kind.exchange.perform(port);
    }

    /** Returns the started process and its descendants. */
    List<Long> pids() {
        return Stream.concat(Stream.of(program.handle()), program.handle().descendants())
                .map(ProcessHandle::pid)
                .toList();
    }

    /** Returns the processes as the argument of -p. */
    String targets() {
        return pids().stream().map(pid -> Long.toString(pid)).collect(Collectors.joining(","));
    }

    /** Sends a signal to all processes of the server. */
    void signal(String name) {
        pids().forEach(pid -> Program.signal(name, pid));
    }

    /** Returns the number of connections in the server's accept queues, according to ss. */
    int waiting() {
        return queues().stream().mapToInt(Queue::waiting).sum();
    }

    /** Returns the lengths and limits of the server's accept queues, according to ss. */
    List<Queue> queues() {
        try (Program ss = Program.bash("ss -Hltn sport = :\"$1\"", Integer.toString(port))) {
            return ss.out().awaitEnd().stream().map(Queue::parse).toList();
        }
    }

    /** Returns how many connections the kernel has refused in this network namespace because a queue was full. */
    static long overflows() {
        try (Program nstat = Program.bash("nstat -asz TcpExtListenOverflows")) {
            return nstat.out().awaitEnd().stream()
                    .filter(line -> line.startsWith("TcpExtListenOverflows"))
                    .mapToLong(line -> Long.parseLong(line.split(" +", -1)[1]))
                    .sum();
        } catch (UncheckedIOException e) {
            throw new IllegalStateException("nstat is missing", e);
        }
    }

    /**
     * Stops all processes first, because a main process that still runs would replace killed workers. Ignores
     * failures of kill, because some processes may end meanwhile.
     */
    @Override
    public void close() {
        if (program.isAlive()) {
            String[] pids = pids().stream().map(String::valueOf).toArray(String[]::new);
            try (Program stop = Program.bash("kill -STOP \"$@\"", pids)) {
                stop.awaitExit();
            }
        }
        program.close();
    }

    /** An accept queue. */
    record Queue(int waiting, int limit) {
        /** Parses a line of ss -Hltn: the state, the queue's length, its limit, addresses. */
        private static Queue parse(String line) {
            String[] fields = line.split(" +", -1);
            return new Queue(Integer.parseInt(fields[1]), Integer.parseInt(fields[2]));
        }

        boolean isOverHalf() {
            return waiting * 2 > limit;
        }
    }
}
