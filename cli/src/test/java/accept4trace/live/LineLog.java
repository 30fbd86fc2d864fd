package accept4trace.live;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.junit.jupiter.api.Assertions;

/** The lines of a stream. They are read immediately, so that the writer never blocks. */
final class LineLog {
    private final String name;
    private final Supplier<String> explanation;
    private final List<String> lines = new ArrayList<>();
    private boolean ended;

    LineLog(String name, InputStream stream) {
        this(name, stream, () -> "");
    }

    /** {@code explanation} ends the message of a failed wait. */
    LineLog(String name, InputStream stream, Supplier<String> explanation) {
        this.name = name;
        this.explanation = explanation;
        Thread reader = new Thread(() -> read(stream), name);
        reader.setDaemon(true);
        reader.start();
    }

    /** Waits for a matching line, which may have come before. */
    synchronized String awaitLine(String what, Predicate<String> wanted) {
        await(what, () -> lines.stream().anyMatch(wanted));
        return lines.stream().filter(wanted).findFirst().orElseThrow();
    }

    synchronized boolean has(Predicate<String> wanted) {
        return lines.stream().anyMatch(wanted);
    }

    /** Returns the number of matching lines so far. */
    synchronized long count(Predicate<String> wanted) {
        return lines.stream().filter(wanted).count();
    }

    /** Waits for a number of matching lines. */
    synchronized void awaitCount(String what, long count, Predicate<String> wanted) {
        await(count + " lines with " + what, () -> count(wanted) >= count);
    }

    /** Waits for a line, and returns all lines up to it. */
    synchronized List<String> awaitUntil(String last) {
        awaitLine(last, last::equals);
        return List.copyOf(lines.subList(0, lines.indexOf(last) + 1));
    }

    synchronized void awaitLines(int count) {
        await(count + " lines", () -> lines.size() >= count);
    }

    /** Returns a line that has come, by its index. */
    synchronized String line(int index) {
        return lines.get(index);
    }

    /** Waits for the end of the stream, and returns all lines. */
    synchronized List<String> awaitEnd() {
        await("its end", () -> ended);
        return List.copyOf(lines);
    }

    /** Returns the lines so far. */
    @Override
    public synchronized String toString() {
        return lines.toString();
    }

    private synchronized void await(String what, BooleanSupplier reached) {
        long end = System.nanoTime() + Await.LIMIT.toNanos();
        while (!reached.getAsBoolean()) {
            long left = Duration.ofNanos(end - System.nanoTime()).toMillis();
            if (ended || left <= 0) {
                Assertions.fail(name + (ended ? " ended" : " had no more") + " before " + what + "; it had: " + lines
                        + explanation.get());
            }
            try {
                wait(left);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private void read(InputStream stream) {
        try (BufferedReader reader = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                add(line);
            }
        } catch (IOException e) {
            add("(cannot be read: " + e + ")");
        }
        end();
    }

    private synchronized void add(String line) {
        lines.add(line);
        notifyAll();
    }

    private synchronized void end() {
        ended = true;
        notifyAll();
    }
}
