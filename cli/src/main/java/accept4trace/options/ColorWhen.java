package accept4trace.options;

/** --color. */
public enum ColorWhen {
    AUTO,
    ALWAYS,
    NEVER
}
