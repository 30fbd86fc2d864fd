package accept4trace.capture;

/** Access to the tracing facilities of the running kernel. */
public interface Tracing {
    /** Loads and attaches the BPF programs, without tracing any process yet. The caller must close the source. */
    EventSource openEvents(CaptureSettings settings) throws CaptureException;

    /** Returns 0 if the kernel allows attaching to the hook, else a positive errno. */
    int missing(Hook hook);

    /** Loads the BPF program that takes snapshots. The caller must close the result. */
    Snapshots openSnapshots() throws CaptureException;

    /**
     * Starts the unprivileged process that unwinds stacks. Call this before {@link EventSource#confine}. The caller
     * must close the result.
     */
    StackUnwinder openStacks() throws CaptureException;

    /**
     * Starts unprivileged processes that look up names. Call this before {@link EventSource#confine}. The caller must
     * close the result.
     */
    NameLookup openNames() throws CaptureException;
}
