package accept4trace.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The tracers, each with the options to trace all accept4 calls of a process. */
enum Tool {
    OURS("accept4-trace", "{tool} --no-fold -p {pid} -o {file}"),
    OURS_FOLDING("  folding", "{tool} -p {pid} -o {file}"),
    OURS_FENTRY("  --probe=fentry", "{tool} --probe=fentry --no-fold -p {pid} -o {file}"),
    OURS_TO_GREP("  to grep", "{tool} --no-fold -p {pid}"),
    BARE("bare C", "{consumer} -p {pid} -o {file}"),
    /** Shows neither peers nor queues: see least.bpf.c. */
    LEAST("least tracer", "{least} -p {pid} -o {file}"),
    EMPTY("empty programs", "bpftrace -q -o {file} -e {empty}"),
    PERF("perf trace", "perf trace -e accept4 -p {pid} -o {file}"),
    BPFTRACE("bpftrace", "bpftrace -o {file} -e {script}"),
    STRACE("strace", "strace -f -e trace=accept4 -p {pid} -o {file}");

    private static final String SCRIPT = "tracepoint:syscalls:sys_enter_accept4 /pid == {pid}/"
            + " { @fd[tid] = args->fd; @since[tid] = nsecs; }"
            + " tracepoint:syscalls:sys_exit_accept4 /pid == {pid}/"
            + " { printf(\"%d %s accept4(%d) = %d <%d>\\n\", tid, comm, @fd[tid], args->ret, nsecs - @since[tid]);"
            + " delete(@fd[tid]); delete(@since[tid]); }";

    /**
     * An empty program on each tracepoint of accept4: the minimum cost of any tracer. The output is long
     * because bpftrace writes its file in blocks of 8 KiB.
     */
    private static final String EMPTY_SCRIPT = "BEGIN { unroll(100) { printf(\"" + "live ".repeat(20) + "\"); } }"
            + " tracepoint:syscalls:sys_enter_accept4, tracepoint:syscalls:sys_exit_accept4 /0/ { exit(); }";

    /** libbpf finds tracepoints only if tracefs is mounted. */
    private static final Path TRACEPOINT = Path.of("/sys/kernel/tracing/events/syscalls/sys_enter_accept4");

    private static final String TRACEABLE =
            "grep -w -m 1 __sys_accept4 /sys/kernel/tracing/available_filter_functions 2>/dev/null || true";

    private final String label;
    private final String command;

    Tool(String label, String command) {
        this.label = label;
        this.command = command;
    }

    String label() {
        return label;
    }

    /** Whether the lines go to stdout, so that another program counts them. */
    boolean isPiped() {
        return this == OURS_TO_GREP;
    }

    boolean hasLinePerCall() {
        return this != OURS_FOLDING && this != EMPTY;
    }

    boolean isOfThisProject() {
        return command.startsWith("{");
    }

    private boolean isInstalled() {
        if (this == OURS_FENTRY) {
            return !Children.output("sh", "-c", TRACEABLE).isEmpty();
        }
        if (this == LEAST) {
            return Files.isDirectory(TRACEPOINT);
        }
        String program = command.substring(0, command.indexOf(' '));
        return isOfThisProject()
                || !Children.output("sh", "-c", "command -v " + program).isEmpty();
    }

    /**
     * Returns the command line of the tracer.
     *
     * @param pids process ids, separated by commas
     * @param file the output file; null for stdout or stderr
     */
    List<String> words(Setting setting, String pids, Path file, List<String> options) {
        List<String> words = new ArrayList<>();
        for (String word : command.split(" ")) {
            if (file != null || (!word.equals("-o") && !word.equals("{file}"))) {
                words.add(word.replace("{tool}", setting.tool().toString())
                        .replace("{consumer}", setting.program("consumer"))
                        .replace("{least}", setting.program("least"))
                        .replace("{file}", String.valueOf(file))
                        .replace("{script}", SCRIPT)
                        .replace("{empty}", EMPTY_SCRIPT)
                        .replace("{pid}", pids));
            }
        }
        words.addAll(1, options);
        return words;
    }

    static List<Tool> installed() {
        return Arrays.stream(values()).filter(Tool::isInstalled).toList();
    }
}
