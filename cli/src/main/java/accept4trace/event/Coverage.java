package accept4trace.event;

import accept4trace.text.Units;

/** How many of the refused connections, or of the resets by closed listeners, a trace sees. */
public enum Coverage {
    NONE,
    /** Some refused connections, e.g. only those whose last ACK is refused. */
    SOME,
    ALL;

    /**
     * Returns a number of such connections as text: the number itself if all are seen, a lower bound such as &gt;=3 if
     * some are seen, or a dash if nothing is known.
     */
    public String text(long count) {
        return switch (this) {
            case NONE -> "-";
            case SOME -> count == 0 ? "-" : ">=" + Units.count(count);
            case ALL -> Units.count(count);
        };
    }

    /**
     * Returns this coverage, or SOME instead of ALL if records of refusals may be missing.
     *
     * @param isUncounted whether refusals of the family were seen but not counted
     */
    Coverage withLosses(Losses losses, boolean isUncounted) {
        boolean isPart = isUncounted || losses.events() + losses.skipped().refusals() > 0;
        return this == ALL && isPart ? SOME : this;
    }

    /** Returns this coverage, or SOME instead of ALL if records of closed listeners may be missing. */
    public Coverage withLostClosings(Losses losses) {
        return this == ALL && losses.events() + losses.skipped().closings() > 0 ? SOME : this;
    }
}
