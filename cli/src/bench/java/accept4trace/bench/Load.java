package accept4trace.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.util.ArrayList;
import java.util.List;

/** The program {@code load}, which makes the calls on core 0. */
final class Load implements AutoCloseable {
    /** The rate that means as many calls as possible. */
    static final long UNLIMITED = 0;

    private static final int CORE = 0;

    private final Process process;
    private final BufferedReader answers;
    private final Writer tasks;
    private long calls;
    private boolean trickles;

    /** The result of a task. */
    record Slice(long calls, long nanoseconds) {
        double rate() {
            return calls * 1e9 / nanoseconds;
        }
    }

    private Load(Setting setting, String... arguments) {
        List<String> words = new ArrayList<>(List.of(setting.program("load")));
        words.addAll(List.of(arguments));
        process = Children.start(
                new ProcessBuilder(Children.pinned(CORE, words)).redirectError(ProcessBuilder.Redirect.INHERIT));
        answers = process.inputReader();
        tasks = process.outputWriter();
    }

    static Load start(Setting setting) {
        Load load = new Load(setting);
        load.awaitReady();
        return load;
    }

    /** Starts processes that sleep until this is closed. */
    static Load idle(Setting setting, int processes) {
        return new Load(setting, "idle", Integer.toString(processes));
    }

    /**
     * Starts sleeping processes with {@code files} open files each, one of them a listener that all processes share.
     */
    static Load idle(Setting setting, int processes, int files) {
        return new Load(setting, "idle", Integer.toString(processes), Integer.toString(files));
    }

    /** The ids of the sleeping processes. */
    List<Long> idleProcesses() {
        String ids = line();
        awaitReady();
        return List.of(ids.trim().split(" ")).stream().map(Long::valueOf).toList();
    }

    private void awaitReady() {
        String line = line();
        if (!line.equals("ready")) {
            throw new IllegalStateException("the load said: " + line);
        }
    }

    long pid() {
        return process.pid();
    }

    /** Returns the number of calls so far. */
    long calls() {
        return calls;
    }

    /** Makes a call from time to time until the next task. */
    void trickle() {
        send("trickle");
        trickles = true;
    }

    void stopTrickle() {
        send("");
        endOfTrickle();
    }

    /** Reads the answer to the trickle. Call this after sending another line, which ends the trickle. */
    private void endOfTrickle() {
        if (trickles) {
            trickles = false;
            answer();
        }
    }

    /** Makes as many calls as possible. */
    Slice run(String kind, long milliseconds) {
        return run(kind, milliseconds, UNLIMITED, 1);
    }

    /** Makes {@code rate} calls per second. */
    Slice run(String kind, long milliseconds, long rate, int threads) {
        begin(kind, milliseconds, rate, threads);
        return answer();
    }

    /** Starts a task without waiting for its end. */
    void begin(String kind, long milliseconds, long rate, int threads) {
        send(kind + " " + milliseconds + " " + rate + " " + threads);
        endOfTrickle();
    }

    private void send(String task) {
        try {
            tasks.write(task + "\n");
            tasks.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits for the end of the started task. */
    Slice answer() {
        String[] words = line().split(" ");
        Slice slice = new Slice(Long.parseLong(words[0]), Long.parseLong(words[1]));
        calls += slice.calls;
        return slice;
    }

    private String line() {
        try {
            String line = answers.readLine();
            if (line == null) {
                throw new IllegalStateException("the load has ended");
            }
            return line;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        Children.kill(process);
    }
}
