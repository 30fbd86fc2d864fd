package accept4trace.capture;

/**
 * How to open the kernel side.
 *
 * @param verbose print libbpf's messages and the choice of hooks on stderr
 * @param follow trace the children of traced processes, too
 * @param stacks record the user stack of each call
 * @param probe which hooks to use
 * @param filter which calls are wanted
 */
public record CaptureSettings(
        Sizes sizes, Watch watch, boolean verbose, boolean follow, boolean stacks, Probe probe, CallFilter filter) {
    /**
     * How much the kernel side has room for.
     *
     * @param ringBytes a power of two, at least a page
     * @param maxCalls calls in flight at once
     * @param maxTargets processes
     */
    public record Sizes(int ringBytes, int maxCalls, int maxTargets) {}

    /**
     * What else ends a poll.
     *
     * @param outputFd its reader has gone, -1 = not watched
     * @param input stdin can be read
     */
    public record Watch(int outputFd, boolean input) {}
}
