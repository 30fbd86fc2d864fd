package accept4trace.event;

/** What is known of how a call began. */
public enum Beginning {
    SEEN,
    /** Before tracing did: the time known is that of the start of tracing. */
    BEFORE_TRACING,
    /** Missed: the table of threads was full, or the kernel skipped the program at the entry. */
    LOST,
    /** It did not: seccomp gave the result before the call itself. */
    BY_SECCOMP;

    /** When it began is known, if only to be before tracing did. */
    public boolean isTimed() {
        return this == SEEN || this == BEFORE_TRACING;
    }
}
