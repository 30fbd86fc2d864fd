package accept4trace.event;

import org.jspecify.annotations.Nullable;

/**
 * What a thread was doing at the time of a snapshot.
 *
 * @param comm name of the thread, raw bytes
 * @param offCpuNs how long it has not run, in nanoseconds; -1 if unknown
 * @param cpu its CPU times; null if they are unknown
 * @param call the system call that it is in; null if it is in none, or if that is unknown
 */
public record ThreadState(
        int tgid,
        int tid,
        byte[] comm,
        State state,
        long offCpuNs,
        @Nullable CpuTimes cpu,
        @Nullable CurrentCall call) {
    /**
     * CPU times since the thread was created, in nanoseconds. Subtract the times of two snapshots to get those of the
     * interval between them.
     *
     * @param onCpuNs time on a CPU
     * @param runDelayNs time spent waiting for a CPU while ready to run, excluding a wait that has not ended yet
     */
    public record CpuTimes(long onCpuNs, long runDelayNs) {}

    /** The state of a thread, as in /proc/PID/stat. */
    public enum State {
        /** Ending, frozen or unknown. */
        OTHER,
        /** R: on a CPU, or waiting for one. */
        RUNNING,
        /** S: waits for an event, and can be interrupted. */
        ASLEEP,
        /** D: waits for a device, and cannot be interrupted. */
        DISK,
        /** T or t: stopped by a signal or a debugger. */
        STOPPED
    }

    /**
     * A system call in progress.
     *
     * @param known the call; null if its number is not in the table, or if a 32-bit program made the call
     * @param fd the first argument; meaningless for calls without a file descriptor
     * @param socket the socket that {@code fd} refers to; null if it refers to none
     */
    public record CurrentCall(long number, @Nullable BlockingCall known, int fd, @Nullable CallSocket socket) {}

    /**
     * A socket that a call waits for.
     *
     * @param receivedBytes bytes that the peer has sent so far; -1 if unknown
     * @param peer the process at the other end of an AF_UNIX connection; null if unknown
     */
    public record CallSocket(KernelSocket socket, long receivedBytes, @Nullable PeerTask peer) {}
}
