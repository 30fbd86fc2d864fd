package accept4trace.diagnose;

import java.util.Map;

/** Statistics of a process. */
final class ObservedProcess {
    byte[] comm = {};
    /** Accepting calls of any kind. */
    long calls;

    long connections;
    /** Calls that failed because the process reached its limit on open files. */
    long emfile;

    /** Calls that failed because the machine reached its limit on open files. */
    long enfile;

    final FileShortage files = new FileShortage();

    long openFileLimit = ServerFacts.UNKNOWN;
    /** Calls that found no connection, immediately after another such call of the same thread. */
    long spinning;
    /** Connections that were accepted by io_uring. */
    long byIoUring;
    /** Sockets accepted without SOCK_CLOEXEC. */
    final FlagCount withoutCloexec = new FlagCount();
    /** Sockets accepted without SOCK_NONBLOCK by a thread that waits for many files at once. */
    final FlagCount blocking = new FlagCount();
    /** Whether an epoll instance of the process watches an accepted socket that still blocks. */
    boolean watchesBlocking;

    boolean hasOneThread;
    boolean runsOtherPrograms;
    /** Whether privileges to inspect the open files of the process were missing. */
    boolean unreadable;
    /** Accepted sockets that were closed before they could be inspected. */
    long gone;
    /** How many of the next accepted sockets to skip. */
    long toSkip;

    /** Adds the statistics of another process. */
    void add(ObservedProcess other) {
        comm = other.comm;
        calls += other.calls;
        connections += other.connections;
        emfile += other.emfile;
        enfile += other.enfile;
        openFileLimit = openFileLimit < 0 ? other.openFileLimit : Math.min(openFileLimit, other.openFileLimit);
        spinning += other.spinning;
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
        /** Inspected sockets whose flag was set later, by fcntl(2). */
        long setLater;
        /** Inspected sockets whose flag was still unset when {@link AcceptedSockets} stopped waiting for it. */
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
