package accept4trace.output;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What is told beside the trace, on stderr: a line a notice, each line written at once. */
public final class Notices {
    private static final String TOOL = "accept4-trace: ";

    private PrintStream err;
    private final boolean quiet;
    /** Where they go instead of stderr, or null. */
    private @Nullable Consumer<String> held;
    /** Until somebody wants to hear it too. */
    private final List<String> told = new ArrayList<>();

    private Consumer<String> listener = told::add;
    private final Queue<String> late = new ConcurrentLinkedQueue<>();

    /** {@code quiet}: only what must not be missed. */
    public Notices(PrintStream err, boolean quiet) {
        this.err = err;
        this.quiet = quiet;
    }

    /**
     * From now on they are written by the native library, which a reader that stands still cannot keep from ending: a
     * signal then ends the process although a write hangs.
     */
    public void writeTo(DescriptorStream stream) {
        err = new PrintStream(stream, false, StandardCharsets.UTF_8);
    }

    /** From now on this hears of every notice as well, of those before first. */
    public void alsoTo(Consumer<String> other) {
        told.forEach(other);
        told.clear();
        listener = other;
    }

    /** Until {@link #release} they go there, and not to stderr. */
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

    /** About attaching and detaching. */
    public void note(String line) {
        if (!quiet) {
            always(line);
        }
    }

    /** May be called by any thread: the line is written when the reading thread calls {@link #writeLate}. */
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

    /** What -q does not silence. */
    public void always(String line) {
        listener.accept(line);
        print(TOOL + line);
    }

    public void failure(String what, String hint) {
        always(what);
        print("hint: " + hint);
    }
}
