package accept4trace.diagnose;

import java.util.Map;

/** Statistics of a process. */
final class ObservedProcess {
    byte[] comm = {};
    /** Accepting calls of any kind. */
    long calls;

    long connections;
    /** Calls that failed because a limit on file descriptors or files was reached. */
    long emfile;

    long enfile;
    long openFileLimit = ServerFacts.UNKNOWN;
    /** Calls that found no connection, immediately after another such call of the same thread. */
    long spinning;
    /** Connections by accept(2) and by io_uring. */
    long byAccept;

    long byIoUring;
    /** Sockets accepted without SOCK_CLOEXEC. */
    final FlagCount withoutCloexec = new FlagCount();
    /** Sockets accepted without SOCK_NONBLOCK by a thread that waits for many files at once. */
    final FlagCount blocking = new FlagCount();
    /** Whether its epoll instance also watches a socket that still blocks. */
    boolean watchesBlocking;

    boolean hasOneThread;
    boolean runsOtherPrograms;
    /** Whether privileges were missing to look at its open files. */
    boolean unreadable;
    /** Accepted sockets that were closed before they could be inspected. */
    long gone;
    /** How many of the next accepted sockets to skip. */
    long toSkip;

    /** Adds the numbers of another process. */
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
        unreadable |= other.unreadable;
    }

    /** Connections that were accepted without a flag, and the state of those that could be inspected. */
    static final class FlagCount {
        long accepted;
        /** The flag was set later, by fcntl(2). */
        long setLater;
        /** The flag was not set, although the thread had moved on. */
        long notSet;

        /** Returns the numbers of a finding. */
        Map<String, Long> numbers(long connections) {
            return Map.of("without", accepted, "connections", connections, "set_later", setLater, "not_set", notSet);
        }

        private void add(FlagCount other) {
            accepted += other.accepted;
            setLater += other.setLater;
            notSet += other.notSet;
        }
    }
}
