package accept4trace.options;

/** The modes of a summary. */
public enum SummaryMode {
    NONE,
    /** A summary instead of lines. */
    ONLY,
    /** A summary after the lines. */
    ALSO;

    static SummaryMode of(Given given) {
        if (given.has(Option.SUMMARY)) {
            return ALSO;
        }
        return given.has(Option.SUMMARY_ONLY) || given.has(Option.INTERVAL) ? ONLY : NONE;
    }
}
