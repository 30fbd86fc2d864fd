package accept4trace.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/** Measures the time until a tracer prints its first line. */
final class FirstLine {
    private static final long TIMEOUT_MS = 10_000;

    private FirstLine() {}

    /** Returns nanoseconds from the start of the tracer on one core to the end of its first line about a call. */
    static long onOneCore(Setting setting, Tool tool, long pid) {
        return await(tool, Children.pinned(Tracer.CORE, words(setting, tool, pid)));
    }

    /** Like {@link #onOneCore}, but on all cores, as at a shell prompt. */
    static long onAnyCore(Setting setting, Tool tool, long pid) {
        return await(tool, Children.onAnyCore(words(setting, tool, pid)));
    }

    private static List<String> words(Setting setting, Tool tool, long pid) {
        return tool.words(setting, Long.toString(pid), null, List.of());
    }

    private static long await(Tool tool, List<String> command) {
        Programs.awaitNone();
        long begin = System.nanoTime();
        /* perf and strace write to stderr. */
        Process process = Children.start(new ProcessBuilder(command).redirectErrorStream(true));
        try (BufferedReader lines = process.inputReader()) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.contains("accept4(")) {
                    return System.nanoTime() - begin;
                }
            }
            throw new IllegalStateException(tool.label() + " showed no call");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            Signals.interrupt(process.pid());
            Clock.awaitEnd(process, TIMEOUT_MS);
        }
    }
}
