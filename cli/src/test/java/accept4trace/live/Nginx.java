package accept4trace.live;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/** An nginx on the loopback interface, with a master and two workers. */
final class Nginx implements AutoCloseable {
    /** The lower end of net.ipv4.ip_local_port_range by default. */
    private static final int LOWEST_EPHEMERAL_PORT = 32_768;

    private static final int WORKERS = 2;
    private static final int WINDOW = 8;

    private static final String CONFIGURATION =
            """
            daemon off;
            user root;
            worker_processes %d;
            pid nginx.pid;
            error_log stderr;
            events {}
            http {
                access_log off;
                client_body_temp_path body;
                proxy_temp_path proxy;
                fastcgi_temp_path fastcgi;
                uwsgi_temp_path uwsgi;
                scgi_temp_path scgi;
                server {
                    listen 127.0.0.1:%d%s;
                    location / { return 200 "ok"; }
                }
            }
            """;

    private final Program master;
    private final int port;

    private Nginx(Program master, int port) {
        this.master = master;
        this.port = port;
    }

    /** Starts nginx with reuseport, so that each worker has its own listener. */
    static Nginx start(Path folder) throws IOException {
        return start(folder, " reuseport");
    }

    /** Starts nginx with its default, one listener that the workers share. */
    static Nginx startSharing(Path folder) throws IOException {
        return start(folder, "");
    }

    /** Starts nginx, and waits for its workers. When they run, the listeners are already open. */
    private static Nginx start(Path folder, String listen) throws IOException {
        int port = freePort();
        Path configuration =
                Files.writeString(folder.resolve("nginx.conf"), CONFIGURATION.formatted(WORKERS, port, listen));
        List<String> arguments = List.of("-p", folder.toString(), "-c", configuration.toString(), "-e", "stderr");
        Nginx nginx = new Nginx(Program.start(Requirements.installed("nginx"), arguments), port);
        Await.until(
                "nginx has its workers", () -> nginx.master.handle().children().count() == WORKERS);
        return nginx;
    }

    /** Returns a free port below the ephemeral range, so that the kernel does not choose it as the port of a client. */
    static int freePort() {
        for (; ; ) {
            int port = ThreadLocalRandom.current().nextInt(10_000, LOWEST_EPHEMERAL_PORT);
            try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return socket.getLocalPort();
            } catch (IOException e) {
                // The port is in use.
            }
        }
    }

    int port() {
        return port;
    }

    long pid() {
        return master.pid();
    }

    List<Long> workers() {
        return master.handle().children().map(ProcessHandle::pid).toList();
    }

    /** Makes requests, several at a time, each on a new connection. */
    void load(int requests) {
        List<String> arguments = List.of(Integer.toString(port), Integer.toString(requests), Integer.toString(WINDOW));
        try (Program load = Program.start(Workload.executable("load"), arguments)) {
            assertEquals(List.of(Integer.toString(requests)), load.out().awaitEnd());
        }
    }

    long worker() {
        return master.handle().children().findFirst().orElseThrow().pid();
    }

    @Override
    public void close() {
        master.close();
    }
}
