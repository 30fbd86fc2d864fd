package accept4trace.event;

/**
 * Counted in the kernel, since the start if nothing else is said.
 *
 * @param events events that never reached us because the ring buffer was full
 * @param entries calls whose entry was not recorded because the table of threads was full; their lines lack the start
 * @param children processes that were not followed because there were too many
 * @param misses at most so many calls have no line because the kernel skipped the programs at their entry and exit
 * @param unseenChildren at most so many processes were not followed because the kernel skipped the program at a fork
 * @param halves calls of which the kernel skipped the program at entry or exit; their lines lack the time or the result
 */
public record Losses(long events, long entries, long children, long misses, long unseenChildren, long halves) {
    public static final Losses NONE = new Losses(0, 0, 0, 0, 0, 0);

    /** Those since an earlier moment. */
    public Losses since(Losses earlier) {
        return new Losses(
                events - earlier.events,
                entries - earlier.entries,
                children - earlier.children,
                misses - earlier.misses,
                unseenChildren - earlier.unseenChildren,
                halves - earlier.halves);
    }

    /** Whether lines may be missing. */
    public boolean any() {
        return events + children + misses + unseenChildren > 0;
    }
}
