package accept4trace.cli;

/** Whether there is a summary. */
public enum SummaryMode {
    NONE,
    /** In place of the lines. */
    ONLY,
    /** After the lines. */
    ALSO
}
