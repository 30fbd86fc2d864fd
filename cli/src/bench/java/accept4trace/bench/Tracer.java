package accept4trace.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A running tracer on core 1. Its output goes to a file, or to grep, which counts the lines. */
final class Tracer implements AutoCloseable {
    static final int CORE = 1;

    private static final Pattern LIVE = Pattern.compile("tracing .+ of .+ via (\\S+?)[;\\s]");
    private static final Pattern LOST = Pattern.compile("detached after \\d+ calls?, (\\d+) events? lost");
    private static final long TIMEOUT_MS = 120_000;
    private static final long QUIET_MS = 40;

    private final Tool tool;
    private final Path output;
    private final Path errors;
    /** The tracer, followed by grep if it is used. */
    private final List<Process> processes;

    private Tracer(Tool tool, Setting setting, Path output, List<String> words) {
        this.tool = tool;
        this.output = output;
        errors = setting.scratch().resolve("errors");
        ProcessBuilder tracer = new ProcessBuilder(Children.pinned(CORE, words)).redirectError(errors.toFile());
        if (tool.isPiped()) {
            ProcessBuilder grep = new ProcessBuilder(Children.pinned(CORE, List.of("grep", "-c", "accept4(")));
            processes = Children.start(List.of(tracer, grep.redirectOutput(output.toFile())));
        } else {
            processes = List.of(Children.start(tracer.redirectOutput(ProcessBuilder.Redirect.DISCARD)));
        }
    }

    /** Traces the load, and waits until tracing works. Meanwhile, the load makes calls, see {@link Load#trickle}. */
    static Tracer attach(Tool tool, Setting setting, Load load) {
        return attach(tool, setting, load, "");
    }

    /** Also traces the processes {@code moreTargets}, a list of ids that are each preceded by a comma. */
    static Tracer attach(Tool tool, Setting setting, Load load, String moreTargets, String... options) {
        load.trickle();
        Tracer tracer = start(tool, setting, load.pid() + moreTargets, options);
        load.stopTrickle();
        return tracer;
    }

    /**
     * Starts the tool, and waits until it traces. Only some tools report their start. For the others, the load must
     * make calls, because only the first line of output shows that they trace.
     */
    static Tracer start(Tool tool, Setting setting, String pids, String... options) {
        Path output = setting.scratch().resolve("output");
        output.toFile().delete();
        Tracer tracer = new Tracer(tool, setting, output, tool.words(setting, pids, output, List.of(options)));
        tracer.awaitLive();
        return tracer;
    }

    private void awaitLive() {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(TIMEOUT_MS);
        while (!isLive()) {
            if (System.nanoTime() > end || !processes.get(0).isAlive()) {
                throw new IllegalStateException(tool.label().strip() + " does not trace: " + read(errors));
            }
            Clock.sleep(2);
        }
    }

    private boolean isLive() {
        return size() > 0 || LIVE.matcher(read(errors)).find();
    }

    /** Returns the hooks in use, if the tool reports them. */
    String hooks() {
        Matcher matcher = LIVE.matcher(read(errors));
        return matcher.find() ? matcher.group(1) : "unknown";
    }

    /** Waits until the output file stops growing, so that the tracer does not disturb the next measurement. */
    void settle() {
        long before = -1;
        while (before != size()) {
            before = size();
            Clock.sleep(QUIET_MS);
        }
    }

    long pid() {
        return processes.get(0).pid();
    }

    Usage usage() {
        if (!processes.get(0).isAlive()) {
            throw new IllegalStateException(tool.label().strip() + " has ended: " + read(errors));
        }
        return Usage.of(pid());
    }

    /** Ends the tracer with SIGINT, as a user does. */
    Ended interrupt() {
        long begin = System.nanoTime();
        Signals.interrupt(pid());
        Clock.awaitEnd(processes.get(0), TIMEOUT_MS);
        long nanoseconds = System.nanoTime() - begin;
        processes.forEach(process -> Clock.awaitEnd(process, TIMEOUT_MS));
        return new Ended(nanoseconds, lines(), lost());
    }

    /**
     * The end of a tracer.
     *
     * @param nanoseconds time from the signal to the end
     * @param lines lines that it has written
     * @param lost lost events that it has reported; -1 if it has reported nothing
     */
    record Ended(long nanoseconds, long lines, long lost) {}

    private long lost() {
        Matcher matcher = LOST.matcher(read(errors));
        return matcher.find() ? Long.parseLong(matcher.group(1)) : -1;
    }

    private long lines() {
        if (tool.isPiped()) {
            return Long.parseLong(read(output).trim());
        }
        long lines = 0;
        byte[] block = new byte[1 << 20];
        try (InputStream in = Files.newInputStream(output)) {
            for (int count = in.read(block); count > 0; count = in.read(block)) {
                for (int i = 0; i < count; i++) {
                    lines += block[i] == '\n' ? 1 : 0;
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return lines;
    }

    private long size() {
        return output.toFile().length();
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        processes.forEach(Children::kill);
    }
}
