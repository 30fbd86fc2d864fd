package accept4trace.event;

/**
 * The end of a traced process.
 *
 * @param tgid process id
 * @param comm name of the thread that ended last, raw bytes
 * @param exitNs when it ended, CLOCK_MONOTONIC
 * @param waitStatus status that the parent gets from wait(2)
 */
public record ProcessExit(int tgid, byte[] comm, long exitNs, int waitStatus) {
    private static final int CORE_DUMPED = 0x80;

    /** Returns the signal that killed the process, 0 = none. */
    public int signal() {
        return waitStatus & 0x7f;
    }

    public boolean coreDumped() {
        return (waitStatus & CORE_DUMPED) != 0;
    }

    /** Returns the exit status; undefined if a signal killed the process. */
    public int exitStatus() {
        return waitStatus >> 8 & 0xff;
    }
}
