package accept4trace.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The processes that we have started. None of them outlives us. */
final class Children {
    private static final String EVERY_CORE = "0-1023";
    private static final Set<Process> RUNNING = ConcurrentHashMap.newKeySet();

    private static volatile boolean ending;

    private Children() {}

    /** Returns the command restricted to one core. */
    static List<String> pinned(int core, List<String> command) {
        return on(Integer.toString(core), command);
    }

    /** Returns the command with permission to use all cores. Otherwise, it would inherit our core. */
    static List<String> onAnyCore(List<String> command) {
        return on(EVERY_CORE, command);
    }

    private static List<String> on(String cores, List<String> command) {
        List<String> words = new ArrayList<>(List.of("taskset", "-c", cores));
        words.addAll(command);
        return words;
    }

    static Process start(ProcessBuilder builder) {
        return start(List.of(builder)).get(0);
    }

    /** Starts a pipeline: stdout of each process is stdin of the next one. */
    static List<Process> start(List<ProcessBuilder> pipeline) {
        if (ending) {
            throw new IllegalStateException("ending");
        }
        try {
            List<Process> processes =
                    pipeline.size() == 1 ? List.of(pipeline.get(0).start()) : ProcessBuilder.startPipeline(pipeline);
            for (Process process : processes) {
                RUNNING.add(process);
                process.onExit().thenAccept(RUNNING::remove);
            }
            return processes;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether {@link #killAll()} has been called. Afterwards, no process can be started. */
    static boolean areEnding() {
        return ending;
    }

    static void killAll() {
        ending = true;
        RUNNING.forEach(Children::kill);
        RUNNING.forEach(process -> process.onExit().join());
    }

    static void kill(Process process) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }

    /** Returns what a command prints to stdout and stderr until it ends. */
    static String output(String... command) {
        Process process = start(new ProcessBuilder(command).redirectErrorStream(true));
        try {
            process.getOutputStream().close();
            return new String(process.getInputStream().readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
