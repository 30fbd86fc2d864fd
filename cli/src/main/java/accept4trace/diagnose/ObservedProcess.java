package accept4trace.diagnose;

/** What one process has done. */
final class ObservedProcess {
    byte[] comm = {};
    /** Accepting calls of any kind. */
    long calls;

    long connections;
    /** Failed calls for want of a file descriptor, or of an open file. */
    long emfile;

    long enfile;
    long openFileLimit = Surroundings.UNKNOWN;
    /** Calls that found nobody, right after another of the same thread that had not either, with no wait or pause between. */
    long spinning;
    /** Connections by accept(2) and by io_uring. */
    long byAccept;

    long byIoUring;
    /** Accepted without SOCK_CLOEXEC. */
    final FlagCount withoutCloexec = new FlagCount();
    /** Accepted without SOCK_NONBLOCK by a thread that waits for many files at once. */
    final FlagCount blocking = new FlagCount();
    /** Its epoll instance watches one of those that still block as well. */
    boolean watchesBlocking;

    boolean hasOneThread;
    boolean runsOtherPrograms;
    /** Accepted sockets that were closed before they could be looked at. */
    long gone;
    /** Accepts that are not to be looked at. */
    long toSkip;

    /** What another one has done, too. */
    void add(ObservedProcess other) {
        comm = other.comm;
        calls += other.calls;
        connections += other.connections;
        emfile += other.emfile;
        enfile += other.enfile;
        openFileLimit = openFileLimit < 0 ? other.openFileLimit : Math.min(openFileLimit, other.openFileLimit);
        spinning += other.spinning;
        byAccept += other.byAccept;
        byIoUring += other.byIoUring;
        withoutCloexec.add(other.withoutCloexec);
        blocking.add(other.blocking);
        watchesBlocking |= other.watchesBlocking;
        hasOneThread |= other.hasOneThread;
        runsOtherPrograms |= other.runsOtherPrograms;
    }

    /** Connections that were accepted without a flag, and what became of those that could be looked at. */
    static final class FlagCount {
        long accepted;
        /** It was set afterwards, by fcntl(2). */
        long setLater;
        /** It was not, and the thread had gone on to something else. */
        long notSet;

        private void add(FlagCount other) {
            accepted += other.accepted;
            setLater += other.setLater;
            notSet += other.notSet;
        }
    }
}
