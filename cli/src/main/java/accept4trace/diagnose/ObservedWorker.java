package accept4trace.diagnose;

/** What one process has done at one listener. */
final class ObservedWorker {
    long connections;
    /** Waits that ended with the listener ready and were followed by an accept. */
    long wakeUps;
    /** Those whose first accept found nobody. */
    long emptyWakeUps;
    /** Its epoll instance wakes only some of those that watch the listener: EPOLLEXCLUSIVE. */
    boolean exclusive;

    boolean looked;
}
