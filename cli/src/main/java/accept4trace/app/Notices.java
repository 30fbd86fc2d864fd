package accept4trace.app;

import java.io.PrintStream;

/** What is told beside the trace, on stderr: a line a notice, each line written at once. */
public final class Notices {
    private static final String TOOL = "accept4-trace: ";

    private final PrintStream err;
    private final boolean quiet;

    /** {@code quiet}: only what must not be missed. */
    public Notices(PrintStream err, boolean quiet) {
        this.err = err;
        this.quiet = quiet;
    }

    /** About attaching and detaching. */
    public void note(String line) {
        if (!quiet) {
            always(line);
        }
    }

    public void hint(String line) {
        if (!quiet) {
            err.println("hint: " + line);
        }
    }

    /** What -q does not silence. */
    public void always(String line) {
        err.println(TOOL + line);
    }

    public void failure(String what, String hint) {
        always(what);
        err.println("hint: " + hint);
    }
}
