package accept4trace.event;

/** What is known of how a call began. */
public enum Beginning {
    SEEN,
    /** Before tracing did: the time known is that of the start of tracing. */
    BEFORE_TRACING,
    /** Too many calls were in flight to remember it. */
    LOST,
    /** It did not: seccomp gave the result before the call itself. */
    BY_SECCOMP;

    /** When it began is known, if only to be before tracing did. */
    public boolean isTimed() {
        return this == SEEN || this == BEFORE_TRACING;
    }
}
