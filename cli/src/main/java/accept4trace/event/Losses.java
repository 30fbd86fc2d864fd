package accept4trace.event;

/**
 * Counters of missing or incomplete events. They cover the time since the start, or, if returned by {@link #since}, the
 * time since earlier counters.
 *
 * @param events events that were lost because the ring buffer was full
 * @param entries calls whose entry was missed, because the table of threads was full; they are reported without a start
 *     time
 * @param children child processes that are not followed, because the table of processes was full
 * @param skipped what is missing or incomplete because the kernel skipped BPF programs
 */
public record Losses(long events, long entries, long children, Skipped skipped) {
    public static final Losses NONE = new Losses(0, 0, 0, Skipped.NONE);

    /**
     * Consequences of BPF programs that the kernel skipped. All but {@code halves} are upper bounds.
     *
     * @param calls calls that are not reported
     * @param children child processes that are not followed
     * @param halves calls without a start time or result
     * @param refusals refused packets that are not reported
     * @param closings unreported or uncounted events: a listener was closed, or a client gave up
     * @param turnedAway uncounted connections that the server closed at once
     */
    public record Skipped(long calls, long children, long halves, long refusals, long closings, long turnedAway) {
        static final Skipped NONE = new Skipped(0, 0, 0, 0, 0, 0);

        private Skipped since(Skipped earlier) {
            return new Skipped(
                    calls - earlier.calls,
                    children - earlier.children,
                    halves - earlier.halves,
                    refusals - earlier.refusals,
                    closings - earlier.closings,
                    turnedAway - earlier.turnedAway);
        }
    }

    /** Returns the difference to earlier counters. */
    public Losses since(Losses earlier) {
        return new Losses(
                events - earlier.events,
                entries - earlier.entries,
                children - earlier.children,
                skipped.since(earlier.skipped));
    }

    /** Returns whether something may be missing from the output. */
    public boolean any() {
        return events
                        + children
                        + skipped.calls
                        + skipped.children
                        + skipped.refusals
                        + skipped.closings
                        + skipped.turnedAway
                > 0;
    }
}
