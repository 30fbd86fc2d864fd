package accept4trace.event;

import accept4trace.text.Units;

/** Which refused TCP connections a trace sees. */
public enum RefusalCoverage {
    NONE,
    /** Some refused connections, e.g. only those whose last ACK is refused. */
    SOME,
    ALL;

    /** Returns a number of refused connections as text: a lower bound such as &gt;=3, or a dash if it is unknown. */
    public String text(long refused) {
        return switch (this) {
            case NONE -> "-";
            case SOME -> refused == 0 ? "-" : ">=" + Units.count(refused);
            case ALL -> Units.count(refused);
        };
    }

    /** Returns this coverage, or SOME instead of ALL if records of refusals may be missing. */
    public RefusalCoverage withLosses(Losses losses) {
        return this == ALL && losses.events() + losses.skipped().refusals() > 0 ? SOME : this;
    }
}
