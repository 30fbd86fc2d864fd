package accept4trace.event;

/** How much is known about the entry of a call. */
public enum Beginning {
    SEEN,
    /** The call began before tracing. The start of tracing is used as its entry time. */
    BEFORE_TRACING,
    /** The entry was missed, because the table of threads was full or the kernel skipped the BPF program for it. */
    LOST,
    /** The call never ran, because seccomp returned a result or sent SIGSYS instead. */
    BY_SECCOMP;

    /** Returns whether the entry was seen, or happened before the start of tracing. */
    public boolean isTimed() {
        return this == SEEN || this == BEFORE_TRACING;
    }
}
