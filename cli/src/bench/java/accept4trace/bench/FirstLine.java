package accept4trace.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/** How long a tracer takes to show anything. */
final class FirstLine {
    private static final long PATIENCE_MS = 10_000;

    private FirstLine() {}

    /** Nanoseconds from its start to the end of its first line about a call; then it is ended. */
    static long await(Setting setting, Tool tool, long pid) {
        List<String> words = tool.words(setting, Long.toString(pid), null, List.of());
        long begin = System.nanoTime();
        /* perf and strace write to stderr. */
        Process process =
                Children.start(new ProcessBuilder(Children.pinned(Tracer.CORE, words)).redirectErrorStream(true));
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
            Clock.awaitEnd(process, PATIENCE_MS);
        }
    }
}
