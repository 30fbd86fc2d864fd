package accept4trace.cli;

/** Forms that the lines can take. */
public enum Format {
    TEXT,
    STRACE,
    JSON,
    COLUMNS
}
