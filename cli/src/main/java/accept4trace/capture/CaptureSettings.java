package accept4trace.capture;

/**
 * How to open the kernel side.
 *
 * @param ringBytes a power of two, at least a page
 * @param maxCalls calls in flight at once
 * @param maxTargets processes
 * @param watchedFd report when the reader of this file descriptor has gone, -1 = none
 * @param watchInput report when stdin can be read
 * @param verbose print libbpf's messages and the choice of hooks on stderr
 * @param follow trace the children of traced processes as well
 * @param stacks record the user stack of each call
 * @param probe which hooks to use
 * @param filter which calls are wanted
 */
public record CaptureSettings(
        int ringBytes,
        int maxCalls,
        int maxTargets,
        int watchedFd,
        boolean watchInput,
        boolean verbose,
        boolean follow,
        boolean stacks,
        Probe probe,
        CallFilter filter) {}
