package accept4trace.diagnose;

import accept4trace.event.AcceptEvent;
import accept4trace.event.RelatedCall;

/** The last wait of a thread for many files at once, and its last accept. Copies what is needed: there can be many. */
final class ObservedThread {
    private static final int NO_FD = -1;

    private long waitEnterNs;
    private long waitExitNs;
    private long waitInode;
    private int ready;
    private int epollFd = NO_FD;
    private boolean waited;
    /** It has waited and not accepted since. */
    private boolean awake;

    /** Its last accept found nobody, and it has not waited since. */
    private boolean emptyHanded;

    private long emptyInode;
    private long emptyExitNs;

    void add(RelatedCall wait) {
        waitEnterNs = wait.enterNs();
        waitExitNs = wait.exitNs();
        waitInode = wait.listener().inode();
        ready = wait.ready();
        epollFd = wait.syscall().startsWith("epoll") ? (int) wait.arguments()[0] : NO_FD;
        waited = true;
        awake = true;
        emptyHanded = false;
    }

    boolean hasWaited() {
        return waited;
    }

    /** The epoll instance that it waited on, negative if it was another call. */
    int epollFd() {
        return epollFd;
    }

    /** Whether its last wait led to this accept. Of several that were ready only the first is known. */
    boolean wokeFor(AcceptEvent event) {
        return awake && (ready > 1 || waitInode == event.listener().inode());
    }

    /** It has accepted. */
    void fallAsleep() {
        awake = false;
    }

    boolean wasWaitingAt(long ns) {
        return waited && waitEnterNs <= ns && ns <= waitExitNs;
    }

    /** Notes an accept that found nobody; returns whether it follows another one at once. */
    boolean comesEmptyHanded(AcceptEvent event) {
        boolean again = emptyHanded
                && emptyInode == event.listener().inode()
                && event.enterNs() - emptyExitNs < SpinningLoop.PAUSE_NS;
        emptyHanded = true;
        emptyInode = event.listener().inode();
        emptyExitNs = event.exitNs();
        return again;
    }

    void comesWithSomething() {
        emptyHanded = false;
    }
}
