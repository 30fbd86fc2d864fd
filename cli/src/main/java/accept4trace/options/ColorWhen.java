package accept4trace.options;

/** The words of --color. */
public enum ColorWhen {
    AUTO,
    ALWAYS,
    NEVER
}
