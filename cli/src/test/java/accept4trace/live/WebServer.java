package accept4trace.live;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A web server from a language's standard library. It prints its port, a free one of the loopback interface. */
final class WebServer implements AutoCloseable {
    private static final String READY = "ready ";

    private final Program program;
    private final int port;

    private WebServer(Program program) {
        this.program = program;
        String ready = program.out().awaitLine("the port", line -> line.startsWith(READY));
        port = Integer.parseInt(ready.substring(READY.length()));
    }

    static WebServer go() {
        Path server = Workload.executable("server-go");
        Requirements.require(Files.isExecutable(server), "there was no Go compiler when the workloads were built");
        return new WebServer(Program.start(server, List.of()));
    }

    static WebServer python() {
        return of("python3", "server.py");
    }

    static WebServer node() {
        return of("node", "server.js");
    }

    private static WebServer of(String interpreter, String script) {
        String path = Workload.executable(script).toString();
        return new WebServer(Program.start(Requirements.installed(interpreter), List.of(path)));
    }

    /** Starts a server with the Java that runs this test. */
    static WebServer java() {
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        String folder = Workload.executable("Server.class").getParent().toString();
        return new WebServer(Program.start(java, List.of("-cp", folder, "Server")));
    }

    /** Starts the Python server from a shell that creates namespaces, then executes the server. */
    static WebServer pythonAfter(String preparation) {
        String python = Requirements.installed("python3").toString();
        String server = Workload.executable("server.py").toString();
        return new WebServer(Program.bash("exec " + preparation, python, server));
    }

    /** Returns the process id of the server, even if it is a child of the program that created namespaces. */
    long pid() {
        return program.handle()
                .descendants()
                .findFirst()
                .orElse(program.handle())
                .pid();
    }

    int port() {
        return port;
    }

    @Override
    public void close() {
        program.close();
    }
}
