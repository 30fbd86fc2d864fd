package accept4trace.event;

/**
 * The end of a traced process.
 *
 * @param tgid its id
 * @param comm name of the thread that went last
 * @param exitNs when, CLOCK_MONOTONIC
 * @param waitStatus as wait(2) gives it to the parent
 */
public record ProcessExit(int tgid, byte[] comm, long exitNs, int waitStatus) {
    private static final int CORE_DUMPED = 0x80;

    /** The signal that killed it, 0 = none. */
    public int signal() {
        return waitStatus & 0x7f;
    }

    public boolean coreDumped() {
        return (waitStatus & CORE_DUMPED) != 0;
    }

    /** Meaningful when no signal killed it. */
    public int exitStatus() {
        return waitStatus >> 8 & 0xff;
    }
}
