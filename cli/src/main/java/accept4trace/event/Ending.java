package accept4trace.event;

/** How a call ended. */
public enum Ending {
    /** The call returned a result to the thread. */
    RETURNED,
    /** There is no result, because the thread was killed in the call, or seccomp denied the call and sent SIGSYS. */
    KILLED,
    /** The result is unknown, because the kernel skipped the BPF program that reads it. */
    MISSED
}
