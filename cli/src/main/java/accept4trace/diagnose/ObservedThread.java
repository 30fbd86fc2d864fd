package accept4trace.diagnose;

import accept4trace.event.AcceptCall;
import accept4trace.event.RelatedCall;

/** The last wait of a thread for many files at once, and its last accept. Copies what is needed: there can be many. */
final class ObservedThread {
    private long waitEnterNs;
    private long waitExitNs;
    private long waitInode;
    private int ready;
    private int epollFd = RelatedCall.NO_FD;
    private boolean waited;
    /** It has waited and not accepted since. */
    private boolean awake;

    /** Its last accept found nobody, and it has not waited since. */
    private boolean emptyHanded;

    private long emptyInode;
    private long emptyExitNs;

    void add(RelatedCall wait) {
        waitEnterNs = wait.span().enterNs();
        waitExitNs = wait.span().exitNs();
        waitInode = wait.listener().requireSocket().inode();
        ready = wait.ready();
        epollFd = wait.epollFd();
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
    boolean wokeFor(AcceptCall call) {
        return awake
                && (ready > 1 || waitInode == call.listener().requireSocket().inode());
    }

    /** It has accepted. */
    void fallAsleep() {
        awake = false;
    }

    boolean wasWaitingAt(long ns) {
        return waited && waitEnterNs <= ns && ns <= waitExitNs;
    }

    /** Notes an accept that found nobody; returns whether it follows another one at once. */
    boolean comesEmptyHanded(AcceptCall call) {
        boolean again = emptyHanded
                && emptyInode == call.listener().requireSocket().inode()
                && call.span().enterNs() - emptyExitNs < SpinningLoop.PAUSE_NS;
        emptyHanded = true;
        emptyInode = call.listener().requireSocket().inode();
        emptyExitNs = call.span().exitNs();
        return again;
    }

    void comesWithSomething() {
        emptyHanded = false;
    }
}
