package accept4trace.session;

/**
 * Computes the size of the BPF map that holds the state of each traced thread. The map cannot grow during a trace, and
 * an entry lives as long as its thread. So there is room for four times the number of threads that exist at the start.
 */
public final class ThreadTable {
    private static final int GROWTH = 4;
    private static final int MIN_SIZE = 4_096;
    /** The minimum for --all and -f, which also trace processes that start later. */
    private static final int MIN_SIZE_OPEN = 16_384;
    /** Takes about 48 MiB of kernel memory. */
    private static final int MAX_SIZE = 65_536;

    private ThreadTable() {}

    /** {@code threads}: number of threads now; {@code open}: whether other processes can become targets. */
    public static int size(int threads, boolean open) {
        return (int) Math.max(open ? MIN_SIZE_OPEN : MIN_SIZE, Math.min(MAX_SIZE, (long) GROWTH * threads));
    }
}
