package accept4trace.options;

/** The output formats. */
public enum Format {
    TEXT,
    STRACE,
    JSON,
    COLUMNS,
    /** A recording, for --read. */
    RAW
}
