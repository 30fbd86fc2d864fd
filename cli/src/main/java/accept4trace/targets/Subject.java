package accept4trace.targets;

import accept4trace.capture.CaptureException;
import accept4trace.capture.EventSource;
import accept4trace.capture.OperatingSystem;
import accept4trace.capture.Snapshots;
import accept4trace.outcome.Outcome;
import accept4trace.outcome.UserError;
import accept4trace.queue.TraceSelection;

/** The subject of a trace: processes, a command, or the whole machine. */
public interface Subject {
    /** The number of processes at the start. */
    int processCount();

    /** The number of threads at the start. */
    int threadCount();

    /** Whether new processes become targets even without -f. */
    default boolean isOpen() {
        return false;
    }

    /**
     * Begins slow lookups in the background. Called once, before {@link #trace}.
     *
     * @param selection the filters of the trace
     * @param snapshots takes snapshots of the machine; the first one waits until the BPF programs for snapshots are
     *     loaded
     */
    default void beginLookups(TraceSelection selection, Snapshots snapshots) {}

    /** Makes the subject a target. Tracing has begun when this method returns. */
    void trace(EventSource source) throws CaptureException, UserError;

    /** A description for the start notice. Valid once tracing has begun. */
    String describe();

    /** If the subject is a command, lets it run. Until then, it was held before exec. Called after the start notice. */
    default void release(EventSource source) throws UserError {}

    /** What ends the trace, for the start notice. */
    default String endedBy() {
        return "^C ends";
    }

    /**
     * Returns a reason why no wanted call is seen; empty if unknown. Can take long.
     *
     * @param follow children are traced, too
     * @param tools what the reason is derived from
     */
    String silenceHint(boolean follow, SilenceTools tools);

    /**
     * Returns the outcome of this process if nothing else determines it. Called after detaching.
     *
     * @param targetsGone the trace ended because the last traced process ended
     */
    default Outcome outcome(boolean targetsGone, OperatingSystem system) throws CaptureException {
        return Outcome.status(0);
    }
}
