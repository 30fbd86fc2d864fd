package accept4trace.capture;

/** What the running kernel offers to a tracer. */
public interface Tracing {
    /** Loads the programs and attaches them; traces nothing yet. The caller closes the source. */
    EventSource openEvents(CaptureSettings settings) throws CaptureException;

    /** Returns 0 if the hook can be attached to, else a positive errno. */
    int missing(Hook hook);

    /** Loads the programs and drops them again. */
    void checkLoad() throws CaptureException;

    StackUnwinder openStacks() throws CaptureException;
}
