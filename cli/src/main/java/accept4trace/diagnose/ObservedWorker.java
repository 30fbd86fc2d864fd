package accept4trace.diagnose;

/** Statistics of a process at one listener. */
final class ObservedWorker {
    long connections;
    /** Waits that returned with the listener ready, and were followed by an accept. */
    long wakeUps;
    /** Wake-ups after which the first accept found no connection. */
    long emptyWakeUps;
    /** Whether the process waits with EPOLLEXCLUSIVE, so that the kernel does not wake all processes that wait. */
    boolean exclusive;
    /** Whether the epoll instance could not be inspected, because privileges were missing. */
    boolean unreadable;

    boolean inspected;
}
