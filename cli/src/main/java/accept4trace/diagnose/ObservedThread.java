package accept4trace.diagnose;

import accept4trace.event.AcceptCall;
import accept4trace.event.RelatedCall;

/**
 * A thread's last wait in a call such as epoll_wait, and its last accept. Keeps few values, because there can be many
 * threads.
 */
final class ObservedThread {
    private long waitEnterNs;
    private long waitExitNs;
    private long waitInode;
    private int ready;
    private int epollFd = RelatedCall.NO_FD;
    private boolean waited;
    /** Whether the thread has not accepted since its last wait. */
    private boolean awake;

    /** Whether the thread's last accept found no connection, and the thread has not waited since. */
    private boolean lastAcceptEmpty;

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
        lastAcceptEmpty = false;
    }

    boolean hasWaited() {
        return waited;
    }

    /** Returns the fd of the epoll instance that the thread waited on; negative if it waited in another call. */
    int epollFd() {
        return epollFd;
    }

    /**
     * Returns whether the last wait may have led to this accept. If the wait found several listeners ready, any
     * listener qualifies, because only the first one is known.
     */
    boolean wasWokenFor(AcceptCall call) {
        return awake
                && (ready > 1 || waitInode == call.listener().requireSocket().inode());
    }

    /** Called after an accept, because later accepts do not belong to the last wait. */
    void endWakeUp() {
        awake = false;
    }

    boolean wasWaitingAt(long ns) {
        return waited && waitEnterNs <= ns && ns <= waitExitNs;
    }

    /** Records an accept that found no connection. Returns whether it immediately follows another such accept. */
    boolean addEmptyAccept(AcceptCall call) {
        boolean again = lastAcceptEmpty
                && emptyInode == call.listener().requireSocket().inode()
                && call.span().enterNs() - emptyExitNs < SpinningLoop.PAUSE_NS;
        lastAcceptEmpty = true;
        emptyInode = call.listener().requireSocket().inode();
        emptyExitNs = call.span().exitNs();
        return again;
    }

    void addSuccessfulAccept() {
        lastAcceptEmpty = false;
    }
}
