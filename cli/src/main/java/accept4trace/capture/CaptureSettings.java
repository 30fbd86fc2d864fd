package accept4trace.capture;

/**
 * Settings of an {@link EventSource}.
 *
 * @param sizes sizes of tables
 * @param watch what else ends a poll
 * @param verbose print libbpf's messages and the choice of hooks to stderr
 * @param follow also trace children of traced processes
 * @param stacks record the user stack of each call
 * @param probe hooks to use
 * @param filter calls to report
 */
public record CaptureSettings(
        Sizes sizes, Watch watch, boolean verbose, boolean follow, boolean stacks, Probe probe, CallFilter filter) {
    /**
     * Sizes of the tables in the kernel.
     *
     * @param ringBytes size of the ring buffer in bytes: a power of two, at least a page
     * @param maxCalls living threads that have made a traced call
     * @param maxTargets processes traced at the same time
     */
    public record Sizes(int ringBytes, int maxCalls, int maxTargets) {}

    /**
     * Conditions that end a poll, in addition to events.
     *
     * @param outputFd report when nobody reads this file any more; -1 = not watched
     * @param input report when stdin is readable or at its end
     */
    public record Watch(int outputFd, boolean input) {}
}
