package accept4trace.output;

import accept4trace.outcome.Notice;
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
    private static final String HINT = "hint: ";

    private final Printer printer;
    /** Whether a recording gets the notices. */
    private final boolean recorded;

    /** {@code quiet}: print only notices that must not be missed. */
    public Notices(PrintStream err, boolean quiet) {
        this(new Printer(err, quiet), true);
    }

    private Notices(Printer printer, boolean recorded) {
        this.printer = printer;
        this.recorded = recorded;
    }

    /** Returns notices that no recording gets, because whoever reads it derives them from the recorded events. */
    public Notices derived() {
        return new Notices(printer, false);
    }

    /**
     * Writes all further notices through the native library. A signal can then end the process even while a write
     * blocks because nobody reads stderr.
     */
    public void writeTo(DescriptorStream stream) {
        printer.err = new PrintStream(stream, false, StandardCharsets.UTF_8);
    }

    /** Also passes every printed notice to this observer, including earlier ones. */
    public void alsoTo(Consumer<String> other) {
        printer.earlier.forEach(other);
        printer.earlier.clear();
        printer.listener = other;
    }

    /** Also passes notices to this recorder, including earlier ones and those that -q omits. */
    public void recordTo(Consumer<Notice> other) {
        printer.unrecorded.forEach(other);
        printer.unrecorded.clear();
        printer.recorder = other;
    }

    /** Redirects notices from stderr until {@link #release}. */
    public void hold(Consumer<String> instead) {
        printer.held = instead;
    }

    public void release() {
        printer.held = null;
    }

    /** Prints a notice, unless -q is given and omits it. */
    public void print(Notice notice) {
        if (recorded) {
            printer.recorder.accept(notice);
        }
        printer.print(notice);
    }

    /** Prints a notice, e.g. about attaching, unless -q is given. */
    public void note(String line) {
        print(Notice.note(line));
    }

    /**
     * Prints a notice like {@link #note} when the main thread calls {@link #writeLate}. Can be called by any thread.
     */
    public void noteLate(String line) {
        later(Notice.note(line));
    }

    /** Prints a notice when the main thread calls {@link #writeLate}. Can be called by any thread. */
    public void later(Notice notice) {
        printer.late.add(() -> print(notice));
    }

    public void writeLate() {
        for (Runnable late = printer.late.poll(); late != null; late = printer.late.poll()) {
            late.run();
        }
    }

    public void hint(String line) {
        print(Notice.hint(line));
    }

    /** Prints a notice even with -q. */
    public void always(String line) {
        print(Notice.alert(line));
    }

    public void failure(String what, String hint) {
        print(Notice.alert(what));
        print(Notice.remedy(hint));
    }

    /** Where notices go. */
    private static final class Printer {
        private PrintStream err;
        private final boolean quiet;
        /** Receives notices instead of stderr; null = notices go to stderr. */
        private @Nullable Consumer<String> held;
        /** Earlier notices, kept for a later observer. */
        private final List<String> earlier = new ArrayList<>();

        private final List<Notice> unrecorded = new ArrayList<>();
        private Consumer<String> listener = earlier::add;
        private Consumer<Notice> recorder = unrecorded::add;
        private final Queue<Runnable> late = new ConcurrentLinkedQueue<>();

        Printer(PrintStream err, boolean quiet) {
            this.err = err;
            this.quiet = quiet;
        }

        void print(Notice notice) {
            if (quiet && notice.isOptional()) {
                return;
            }
            switch (notice.kind()) {
                case NOTE, ALERT -> {
                    listener.accept(notice.text());
                    print(TOOL + notice.text());
                }
                case HINT -> {
                    listener.accept(HINT + notice.text());
                    print(HINT + notice.text());
                }
                case REMEDY -> print(HINT + notice.text());
            }
        }

        private void print(String line) {
            if (held == null) {
                err.println(line);
            } else {
                held.accept(line);
            }
        }
    }
}
