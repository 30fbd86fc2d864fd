package accept4trace.output;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Notices about the trace on stderr. Each is one line, written immediately. */
public final class Notices {
    private static final String TOOL = "accept4-trace: ";

    private PrintStream err;
    private final boolean quiet;
    /** Receives notices instead of stderr; null = notices go to stderr. */
    private @Nullable Consumer<String> held;
    /** Earlier notices, kept for a later observer. */
    private final List<String> earlier = new ArrayList<>();

    private Consumer<String> listener = earlier::add;
    private final Queue<String> late = new ConcurrentLinkedQueue<>();

    /** {@code quiet}: print only notices that must not be missed. */
    public Notices(PrintStream err, boolean quiet) {
        this.err = err;
        this.quiet = quiet;
    }

    /**
     * Writes all further notices through the native library. A signal can then end the process even while a write
     * blocks because nobody reads stderr.
     */
    public void writeTo(DescriptorStream stream) {
        err = new PrintStream(stream, false, StandardCharsets.UTF_8);
    }

    /** Also passes every notice to this observer, including earlier ones. */
    public void alsoTo(Consumer<String> other) {
        earlier.forEach(other);
        earlier.clear();
        listener = other;
    }

    /** Redirects notices from stderr until {@link #release}. */
    public void hold(Consumer<String> instead) {
        held = instead;
    }

    public void release() {
        held = null;
    }

    private void print(String line) {
        if (held == null) {
            err.println(line);
        } else {
            held.accept(line);
        }
    }

    /** Prints a notice, e.g. about attaching, unless -q is given. */
    public void note(String line) {
        if (!quiet) {
            always(line);
        }
    }

    /** Can be called by any thread. The line is printed when the main thread calls {@link #writeLate}. */
    public void noteLate(String line) {
        late.add(line);
    }

    public void writeLate() {
        for (String line = late.poll(); line != null; line = late.poll()) {
            note(line);
        }
    }

    public void hint(String line) {
        if (!quiet) {
            listener.accept("hint: " + line);
            print("hint: " + line);
        }
    }

    /** Prints a notice even with -q. */
    public void always(String line) {
        listener.accept(line);
        print(TOOL + line);
    }

    public void failure(String what, String hint) {
        always(what);
        print("hint: " + hint);
    }
}
