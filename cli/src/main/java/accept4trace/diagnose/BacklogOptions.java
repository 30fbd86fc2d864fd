package accept4trace.diagnose;

import java.nio.charset.StandardCharsets;
import java.util.List;

/** The options with which known servers set the limit of the accept queue. */
final class BacklogOptions {
    private static final List<BacklogOption> ALL = List.of(
            new BacklogOption("apache2", "ListenBackLog"),
            new BacklogOption("gunicorn", "--backlog"),
            new BacklogOption("haproxy", "backlog"),
            new BacklogOption("httpd", "ListenBackLog"),
            new BacklogOption("lighttpd", "server.listen-backlog"),
            new BacklogOption("memcached", "-b"),
            new BacklogOption("nginx", "listen ... backlog="),
            new BacklogOption("pgbouncer", "listen_backlog"),
            new BacklogOption("php-fpm", "listen.backlog"),
            new BacklogOption("redis-server", "tcp-backlog"),
            new BacklogOption("uwsgi", "--listen"),
            new BacklogOption("varnishd", "-p listen_depth"));

    /**
     * The option of a server.
     *
     * @param name beginning of the names of its processes
     */
    private record BacklogOption(String name, String option) {}

    private BacklogOptions() {}

    /** Returns e.g. " (nginx: listen ... backlog=)"; empty if the server is not known. {@code comm}: raw bytes. */
    static String of(byte[] comm) {
        String name = new String(comm, StandardCharsets.ISO_8859_1);
        return ALL.stream()
                .filter(server -> name.startsWith(server.name()))
                .findFirst()
                .map(server -> " (" + server.name() + ": " + server.option() + ")")
                .orElse("");
    }
}
