package accept4trace.diagnose;

import accept4trace.event.AcceptCall;
import accept4trace.event.RelatedCall;
import accept4trace.event.Span;
import org.jspecify.annotations.Nullable;

/** A listening socket. With SO_REUSEPORT, several can be bound to the address of one {@link ObservedListener}. */
final class ObservedSocket {
    private static final int SEVERAL = -1;

    final ObservedListener listener;
    long connections;
    /** The thread that accepted the last connection; 0 if unknown. */
    int lastAcceptor;
    /** When the last connection was accepted, CLOCK_MONOTONIC; 0 if none was. */
    long lastAcceptNs;

    final FileShortage files = new FileShortage();

    /** The thread that accepts from the socket or waits for it; 0 = none yet, SEVERAL = several, or unknown. */
    private int user;
    /** When an accept last returned with a connection, or found that there was none; CLOCK_MONOTONIC. */
    private long lastResultNs = Long.MIN_VALUE;
    /** The last wait for the socket in a call such as epoll_wait; null if there was none. */
    private @Nullable Span lastWait;
    /** The process of {@link #lastWait}. */
    private int lastWaiter;
    /** Whether a connection that waited long was accepted since the last snapshot. */
    private boolean wasSlow;
    /** Null unless something is known. */
    private @Nullable AcceptorTime acceptorTime;

    ObservedSocket(ObservedListener listener) {
        this.listener = listener;
    }

    void addResult(AcceptCall call) {
        int thread = call.isNative() ? call.caller().tid() : 0;
        addUser(thread == 0 ? SEVERAL : thread);
        if (call.isConnection()) {
            connections++;
            lastAcceptor = thread;
            long acceptedNs = call.connection().acceptedNs();
            lastAcceptNs = Math.max(
                    lastAcceptNs, acceptedNs > 0 ? acceptedNs : call.span().exitNs());
        }
        if (call.isConnection() || call.isEmpty()) {
            lastResultNs = Math.max(lastResultNs, call.span().exitNs());
        }
        files.add(call);
    }

    /** Adds a wait that found the socket ready. */
    void addWait(RelatedCall call) {
        addUser(call.caller().tid());
        lastWait = call.span();
        lastWaiter = call.caller().tgid();
    }

    /**
     * Returns whether a thread of the process was waiting for the socket at {@code ns}. Only considers the last wait.
     */
    boolean wasAwaitedAt(int tgid, long ns) {
        return lastWait != null && lastWaiter == tgid && lastWait.enterNs() <= ns && ns <= lastWait.exitNs();
    }

    private void addUser(int tid) {
        user = user == 0 || user == tid ? tid : SEVERAL;
        acceptorTime = user == SEVERAL ? null : acceptorTime;
    }

    /**
     * Returns the only thread that accepts from the socket or waits for it; 0 if it is unknown, or if there are
     * several.
     */
    int onlyUser() {
        return Math.max(0, user);
    }

    /** {@code wasBusy}: see {@link ObservedListener#addWait}. */
    void addWait(long waitNs, boolean wasBusy) {
        wasSlow |= waitNs >= SlowAccepts.SLOW_NS;
        listener.addWait(waitNs, wasBusy);
    }

    /** Returns whether a connection that waited long was accepted since the last call of this method. */
    boolean takeSlow() {
        boolean slow = wasSlow;
        wasSlow = false;
        return slow;
    }

    /** Returns what {@link #onlyUser}, which must exist, did while connections waited long. */
    AcceptorTime acceptorTime() {
        if (acceptorTime == null) {
            acceptorTime = new AcceptorTime(user);
        }
        return acceptorTime;
    }

    /** Returns the same as {@link #acceptorTime}, or null if nothing is known. */
    @Nullable
    AcceptorTime knownAcceptorTime() {
        return acceptorTime;
    }

    /** Returns whether an accept since {@code ns} got a connection, or found that there was none. */
    boolean hasResultSince(long ns) {
        return lastResultNs > ns;
    }
}
