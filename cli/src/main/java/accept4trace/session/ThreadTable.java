package accept4trace.session;

/**
 * The size of the kernel's table of threads. It cannot grow while tracing runs, and an entry lives as long as its thread:
 * hence room for four times the threads that exist.
 */
public final class ThreadTable {
    private static final int GROWTH = 4;
    private static final int LEAST = 4_096;
    /** Where processes come that do not exist yet: with --all and -f. */
    private static final int LEAST_OF_MANY = 16_384;
    /** About 48 MiB of kernel memory. */
    private static final int MOST = 65_536;

    private ThreadTable() {}

    /** {@code threads}: that exist now; {@code open}: other processes may become targets. */
    public static int size(int threads, boolean open) {
        return (int) Math.max(open ? LEAST_OF_MANY : LEAST, Math.min(MOST, (long) GROWTH * threads));
    }
}
