package accept4trace.event;

/**
 * Counted in the kernel, since the start if nothing else is said.
 *
 * @param events events that never reached us because the ring buffer was full
 * @param entries calls whose entry was not remembered because too many were in flight; their lines lack the start
 * @param children processes that were not followed because there were too many
 * @param misses runs of a program that the kernel left out because one was interrupted by another
 */
public record Losses(long events, long entries, long children, long misses) {
    public static final Losses NONE = new Losses(0, 0, 0, 0);

    /** Those since an earlier moment. */
    public Losses since(Losses earlier) {
        return new Losses(
                events - earlier.events,
                entries - earlier.entries,
                children - earlier.children,
                misses - earlier.misses);
    }

    /** Whether lines may be missing. */
    public boolean any() {
        return events + children + misses > 0;
    }
}
