package accept4trace.action;

import accept4trace.outcome.ExitStatus;
import accept4trace.outcome.Outcome;
import accept4trace.output.Notices;
import accept4trace.text.Printable;
import java.io.PrintStream;
import java.util.List;

/** Reports unforeseen failures in one line instead of a stack trace. */
public final class InternalErrors implements Thread.UncaughtExceptionHandler {
    static final String PROCESS_LIMIT_HINT =
            "the limit on processes is too low: ulimit -u, or pids.max of the container";

    private static final List<String> DEBUG = List.of("-d", "--debug");
    private static final String END_OF_OPTIONS = "--";

    private final PrintStream err;
    private final boolean debug;

    /** {@code args}: the command line. If it contains -d, stack traces are shown. */
    public InternalErrors(PrintStream err, String... args) {
        this.err = err;
        this.debug = asksForDebug(args);
    }

    private static boolean asksForDebug(String... args) {
        for (String word : args) {
            if (word.equals(END_OF_OPTIONS)) {
                return false;
            }
            if (DEBUG.contains(word)) {
                return true;
            }
        }
        return false;
    }

    @Override
    public void uncaughtException(Thread thread, Throwable failure) {
        report(failure);
    }

    /** Reports the failure, and returns the outcome of the run. */
    public Outcome report(Throwable failure) {
        new Notices(err, false).failure("internal error: " + Printable.ascii(describe(failure)), hint(failure));
        if (debug) {
            failure.printStackTrace(err);
        }
        return Outcome.status(ExitStatus.FAILURE);
    }

    private static String describe(Throwable failure) {
        String name = failure.getClass().getSimpleName();
        return failure.getMessage() == null ? name : name + ": " + failure.getMessage();
    }

    private String hint(Throwable failure) {
        if (isOutOfThreads(failure)) {
            return PROCESS_LIMIT_HINT;
        }
        if (failure instanceof OutOfMemoryError) {
            return "trace fewer calls, e.g. with -p, --port or --peer";
        }
        return debug ? "please report it with the lines below" : "please report it with what -d shows";
    }

    private static boolean isOutOfThreads(Throwable failure) {
        return failure instanceof OutOfMemoryError
                && String.valueOf(failure.getMessage()).contains("native thread");
    }
}
