package accept4trace.event;

/** What is known about how a call ended. */
public enum Ending {
    /** It returned its result to the thread. */
    RETURNED,
    /** The thread was killed in it, or seccomp sent it a SIGSYS instead of making the call: there is no result. */
    KILLED,
    /** The kernel skipped the program at its exit: there was a result that nobody knows. */
    MISSED
}
