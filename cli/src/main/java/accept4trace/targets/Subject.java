package accept4trace.targets;

import accept4trace.capture.CallFilter;
import accept4trace.capture.CaptureException;
import accept4trace.capture.EventSource;
import accept4trace.capture.OperatingSystem;
import accept4trace.outcome.Outcome;
import accept4trace.outcome.UserError;

/** What is traced: processes, a command, or the whole machine. */
public interface Subject {
    /** Processes to begin with. */
    int processCount();

    /** Threads to begin with. */
    int threadCount();

    /** Whether processes that do not exist yet become targets even without -f. */
    default boolean isOpen() {
        return false;
    }

    /** Makes it a target; tracing has begun when this returns. */
    void trace(EventSource source) throws CaptureException, UserError;

    /** For the notice, once it is traced. */
    String describe();

    /** After the notice. */
    default void letGo(EventSource source) throws UserError {}

    /** What ends the trace, for the notice. */
    default String endedBy() {
        return "^C ends";
    }

    /** Why there may be no call to see that is wanted; empty when unknown. {@code follow}: of children as well. */
    default String silenceHint(boolean follow, CallFilter filter) {
        return "";
    }

    /**
     * How this process shall end when nothing else decides; asked after detaching.
     *
     * @param targetsGone the trace has ended because its last process has
     */
    default Outcome outcome(boolean targetsGone, OperatingSystem system) throws CaptureException {
        return Outcome.status(0);
    }
}
