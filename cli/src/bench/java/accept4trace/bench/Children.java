package accept4trace.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The processes that we have started: none outlives us, whatever ends us. */
final class Children {
    private static final String EVERY_CORE = "0-1023";
    private static final Set<Process> RUNNING = ConcurrentHashMap.newKeySet();

    private static volatile boolean ending;

    private Children() {}

    /** As a command that runs on one core alone. */
    static List<String> pinned(int core, List<String> command) {
        return on(Integer.toString(core), command);
    }

    /** As one that may use every core, which we may not. */
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

    /** Each one's stdout is the next one's stdin. */
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

    /** None is started any more. */
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

    /** What a command prints on stdout and stderr, to its end. */
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
