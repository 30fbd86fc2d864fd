package accept4trace.options;

/** Whether there is a summary. */
public enum SummaryMode {
    NONE,
    /** In place of the lines. */
    ONLY,
    /** After the lines. */
    ALSO
}
