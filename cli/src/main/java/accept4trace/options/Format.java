package accept4trace.options;

/** The output formats. */
public enum Format {
    TEXT,
    STRACE,
    JSON,
    COLUMNS,
    /** Trace events of Chrome. */
    PERFETTO,
    /** A recording, for --read. */
    RAW
}
