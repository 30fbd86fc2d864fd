package accept4trace.live;

import java.nio.file.Path;
import java.util.List;

/** The workload "named": a server with one listener, which makes a call for each {@link #go}. */
final class NamedServer implements AutoCloseable {
    private final Program program;
    private final int port;
    private int calls;

    private NamedServer(Program program) {
        this.program = program;
        port = Integer.parseInt(program.out().awaitUntil("ready").get(0));
    }

    static NamedServer start(String... arguments) {
        return start(Workload.executable("named"), arguments);
    }

    /** Starts the workload from a copy of its executable. */
    static NamedServer start(Path executable, String... arguments) {
        return new NamedServer(Program.start(executable, List.of(arguments)));
    }

    /** Starts the workload on a TCP port. Its command line begins with {@code title}. */
    static NamedServer titled(String title) {
        return new NamedServer(Program.bash(
                "exec -a \"$1\" \"$2\" tcp", title, Workload.executable("named").toString()));
    }

    long pid() {
        return program.pid();
    }

    /** Returns the port; 0 for AF_UNIX. */
    int port() {
        return port;
    }

    /** Makes a call, and returns the line that a tracer with the best hooks of this kernel must print. */
    String go() {
        program.sendLine();
        calls++;
        program.out().awaitLines(2 + calls);
        return Rung.here().shows(program.out().line(1 + calls));
    }

    void finish() {
        program.closeInput();
    }

    @Override
    public void close() {
        program.close();
    }
}
