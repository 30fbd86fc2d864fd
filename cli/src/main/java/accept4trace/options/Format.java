package accept4trace.options;

/** Forms that the lines can take. */
public enum Format {
    TEXT,
    STRACE,
    JSON,
    COLUMNS
}
