package accept4trace.cli;

/** --color. */
public enum ColorWhen {
    AUTO,
    ALWAYS,
    NEVER
}
