package accept4trace.options;

/** Whether a summary is printed. */
public enum SummaryMode {
    NONE,
    /** Instead of lines. */
    ONLY,
    /** After the lines. */
    ALSO;

    static SummaryMode of(Given given) {
        if (given.has(Option.SUMMARY)) {
            return ALSO;
        }
        return given.has(Option.SUMMARY_ONLY) || given.has(Option.INTERVAL) ? ONLY : NONE;
    }
}
