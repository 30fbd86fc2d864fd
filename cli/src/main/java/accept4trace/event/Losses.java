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
 * @param uncounted refused connections that were seen but not counted
 */
public record Losses(long events, long entries, long children, Skipped skipped, Uncounted uncounted) {
    public static final Losses NONE = new Losses(0, 0, 0, Skipped.NONE);

    public Losses(long events, long entries, long children, Skipped skipped) {
        this(events, entries, children, skipped, Uncounted.NONE);
    }

    /** Returns a copy with the given counters of uncounted refusals. */
    public Losses with(Uncounted refusals) {
        return new Losses(events, entries, children, skipped, refusals);
    }

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

    /**
     * Refused connections that were seen but not counted.
     *
     * @param packets refused packets whose listener has an unknown holder
     * @param attempts refused packets that did not count as an attempt to connect, because earlier packets may have
     *     belonged to the same attempt
     * @param unixConnects refused AF_UNIX connects whose listener or holder is unknown
     */
    public record Uncounted(long packets, long attempts, long unixConnects) {
        static final Uncounted NONE = new Uncounted(0, 0, 0);

        private Uncounted since(Uncounted earlier) {
            return new Uncounted(
                    packets - earlier.packets, attempts - earlier.attempts, unixConnects - earlier.unixConnects);
        }
    }

    /** Returns the difference to earlier counters. */
    public Losses since(Losses earlier) {
        return new Losses(
                events - earlier.events,
                entries - earlier.entries,
                children - earlier.children,
                skipped.since(earlier.skipped),
                uncounted.since(earlier.uncounted));
    }

    /**
     * Returns the number of refused packets and AF_UNIX connects that are missing from the output: an upper bound,
     * because some of them may not belong to targets or may repeat others.
     */
    public long refusals() {
        return skipped.refusals + uncounted.packets + uncounted.attempts + uncounted.unixConnects;
    }

    /** Returns whether events or calls may be missing from the output. */
    public boolean any() {
        return events + children + skipped.calls + skipped.children + refusals() + skipped.closings + skipped.turnedAway
                > 0;
    }
}
