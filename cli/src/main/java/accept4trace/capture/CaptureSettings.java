package accept4trace.capture;

/**
 * Settings of an {@link EventSource}.
 *
 * @param sizes sizes of the tables in the kernel
 * @param watch conditions that end a poll, in addition to events
 * @param verbose print libbpf's messages and the chosen hooks to stderr
 * @param follow also trace children of traced processes
 * @param extras what to record in addition to calls
 * @param probe hooks to use
 * @param filter calls to report
 */
public record CaptureSettings(
        Sizes sizes, Watch watch, boolean verbose, boolean follow, Extras extras, Probe probe, CallFilter filter) {
    /** Returns settings with another {@link Watch#outputFd}. */
    public CaptureSettings watching(int outputFd) {
        return new CaptureSettings(sizes, new Watch(outputFd, watch.input()), verbose, follow, extras, probe, filter);
    }

    /**
     * Sizes of the tables in the kernel.
     *
     * @param ringBytes size of the ring buffer in bytes: a power of two, at least a page
     * @param maxCalls maximum number of living threads that have made a traced call
     * @param maxTargets maximum number of processes traced at the same time
     */
    public record Sizes(int ringBytes, int maxCalls, int maxTargets) {}

    /**
     * What to record in addition to calls.
     *
     * @param stacks the user stack of each call
     * @param turnedAway connections that the server closes at once, without having used them
     * @param cgroups the cgroup of each caller
     */
    public record Extras(boolean stacks, boolean turnedAway, boolean cgroups) {
        public static final Extras NONE = new Extras(false, false, false);
    }

    /**
     * Conditions that end a poll, in addition to events.
     *
     * @param outputFd end the poll when nobody reads this output any more; -1 = not watched
     * @param input end the poll when stdin is readable or at its end
     */
    public record Watch(int outputFd, boolean input) {}
}
