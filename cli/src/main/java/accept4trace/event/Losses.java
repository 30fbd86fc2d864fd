package accept4trace.event;

/**
 * Counters of missing or incomplete events. They cover the time since the start, or, if returned by {@link #since}, the
 * time since earlier counters.
 *
 * @param events events that were lost because the ring buffer was full
 * @param entries calls without an entry, because the table of threads was full; they are reported without a start time
 * @param children child processes that are not followed, because the table of processes was full
 * @param misses upper bound of calls that are not reported, because the kernel skipped all BPF programs for them
 * @param unseenChildren upper bound of child processes not followed, because the kernel skipped the fork program
 * @param halves calls without a start time or result, because the kernel skipped the entry or the exit program
 * @param refusals upper bound of refused packets that are not reported, because the kernel skipped the programs
 */
public record Losses(
        long events, long entries, long children, long misses, long unseenChildren, long halves, long refusals) {
    public static final Losses NONE = new Losses(0, 0, 0, 0, 0, 0, 0);

    /** Returns the difference to earlier counters. */
    public Losses since(Losses earlier) {
        return new Losses(
                events - earlier.events,
                entries - earlier.entries,
                children - earlier.children,
                misses - earlier.misses,
                unseenChildren - earlier.unseenChildren,
                halves - earlier.halves,
                refusals - earlier.refusals);
    }

    /** Returns whether something may be missing from the output. */
    public boolean any() {
        return events + children + misses + unseenChildren + refusals > 0;
    }
}
