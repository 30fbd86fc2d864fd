package accept4trace.diagnose;

/** Statistics of a process at one listener. */
final class ObservedWorker {
    long connections;
    /** Waits that returned with the listener ready, and were followed by an accept. */
    long wakeUps;
    /** Wake-ups whose first accept found no connection. */
    long emptyWakeUps;
    /** Whether its epoll instance uses EPOLLEXCLUSIVE for the listener, so that the kernel wakes only some waiters. */
    boolean exclusive;
    /** Whether privileges to inspect its epoll instance were missing. */
    boolean unreadable;

    boolean inspected;
}
