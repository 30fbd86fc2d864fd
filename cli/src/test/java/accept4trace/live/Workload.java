package accept4trace.live;

import java.nio.file.Path;
import java.util.List;

/** A C program that makes calls, and prints its claims, i.e. the lines that a tracer must print for these calls. */
final class Workload implements AutoCloseable {
    private static final String READY = "ready";

    private final Program program;

    private Workload(Program program) {
        this.program = program;
    }

    /** Starts a workload, and waits until it is ready for {@link #go}. */
    static Workload start(String name, String... arguments) {
        Workload workload = new Workload(Program.start(executable(name), List.of(arguments)));
        workload.program.out().awaitLine("the workload is ready", READY::equals);
        return workload;
    }

    static Path executable(String name) {
        return Path.of(Requirements.property("a4t.workloads"), name);
    }

    long pid() {
        return program.pid();
    }

    String pidText() {
        return Long.toString(program.pid());
    }

    boolean isAlive() {
        return program.isAlive();
    }

    int awaitExit() {
        return program.awaitExit();
    }

    void go() {
        program.sendLine();
    }

    /** Ends a workload that runs until the end of its input. */
    void finish() {
        program.closeInput();
    }

    boolean hasPrinted(String line) {
        return program.out().has(line::equals);
    }

    void awaitLine(String line) {
        program.out().awaitLine(line, line::equals);
    }

    /** Returns the first line, which the workload printed before it was ready. */
    String firstLine() {
        return program.out().awaitUntil(READY).get(0);
    }

    /** Waits for a line, and returns the lines between "ready" and this line. */
    List<String> linesUntil(String last) {
        List<String> lines = program.out().awaitUntil(last);
        return lines.subList(lines.indexOf(READY) + 1, lines.size() - 1);
    }

    /** Waits for the end, and returns the lines after "ready". */
    List<String> lines() {
        List<String> lines = program.out().awaitEnd();
        return lines.subList(lines.indexOf(READY) + 1, lines.size());
    }

    @Override
    public void close() {
        program.close();
    }
}
