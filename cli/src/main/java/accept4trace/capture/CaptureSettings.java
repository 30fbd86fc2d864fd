package accept4trace.capture;

/**
 * How to open the kernel side.
 *
 * @param ringBytes a power of two, at least a page
 * @param maxCalls calls in flight at once
 * @param maxTargets processes
 * @param watchStdout report when stdout's reader has gone
 * @param verbose print libbpf's messages and the choice of hooks on stderr
 */
public record CaptureSettings(int ringBytes, int maxCalls, int maxTargets, boolean watchStdout, boolean verbose) {}
