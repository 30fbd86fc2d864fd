package accept4trace.diagnose;

import accept4trace.event.AcceptCall;
import accept4trace.format.SocketFlags;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Inspects a sample of the accepted sockets, repeatedly if necessary, because a program may set flags by fcntl(2) after
 * the accept. A flag counts as missing only if it is still unset when the only thread of the process sleeps in a system
 * call, or when SETTLE_NS have passed since the accept. In a process with several threads, another thread may set the
 * flag while the accepting one sleeps.
 */
final class AcceptedSockets {
    /** A larger sample would not make the finding more certain. */
    private static final int MAX_INSPECTIONS = 64;

    private static final int MAX_PENDING = 64;
    /** Longer than a program takes from an accept to the fcntl call that follows, even on a busy machine. */
    private static final long SETTLE_NS = 200_000_000;

    private static final long INSPECTION_INTERVAL_NS = 20_000_000;

    private final ServerFacts facts;
    private final Deque<Socket> pending = new ArrayDeque<>();
    private final RunPrograms programs;
    private long nextInspectionNs;

    /**
     * An accepted socket to inspect.
     *
     * @param flags the flags of its accept4 call
     * @param inLoop whether the accepting thread waits for many files at once
     * @param epollFd the epoll instance that the thread waited on; negative = none
     */
    private record Socket(AcceptCall call, int flags, boolean inLoop, int epollFd, ObservedProcess process) {
        int tgid() {
            return call.caller().tgid();
        }

        long inode() {
            return call.connection().requireSocket().inode();
        }
    }

    AcceptedSockets(ServerFacts facts) {
        this.facts = facts;
        this.programs = new RunPrograms(facts);
    }

    /** {@code waiting}: the accepting thread if it waits for many files at once, else null. */
    void add(AcceptCall call, @Nullable ObservedThread waiting, ObservedProcess process) {
        int flags = call.hasFlags() ? call.arguments().flags() : 0;
        boolean inLoop = waiting != null && (flags & SocketFlags.NONBLOCK) == 0;
        process.withoutCloexec.accepted += (flags & SocketFlags.CLOEXEC) == 0 ? 1 : 0;
        process.blocking.accepted += inLoop ? 1 : 0;
        if ((flags & SocketFlags.CLOEXEC) != 0 && !inLoop) {
            return;
        }
        if (isWanted(call, process)) {
            Socket socket = new Socket(
                    call.withoutStack(), flags, waiting != null, waiting == null ? -1 : waiting.epollFd(), process);
            if (!isSettled(socket, call.span().exitNs())) {
                nextInspectionNs = pending.isEmpty() ? call.span().exitNs() + INSPECTION_INTERVAL_NS : nextInspectionNs;
                pending.add(socket);
            }
        }
    }

    /**
     * Returns whether to inspect the socket. The inspection of a socket that is already closed costs time, but does not
     * count towards the limit. So after the n-th such socket of a process, its next n sockets are skipped.
     */
    private boolean isWanted(AcceptCall call, ObservedProcess process) {
        if (process.toSkip > 0) {
            process.toSkip--;
            return false;
        }
        return call.connection().socket() != null
                && pending.size() < MAX_PENDING
                && inspections(process.withoutCloexec) + inspections(process.blocking) < MAX_INSPECTIONS;
    }

    private static long inspections(ObservedProcess.FlagCount count) {
        return count.setLater + count.notSet;
    }

    long remainingNs(long nowNs) {
        long pendingNs = pending.isEmpty() ? Long.MAX_VALUE : Math.max(0, nextInspectionNs - nowNs);
        return Math.min(pendingNs, programs.remainingNs(nowNs));
    }

    void inspect(long nowNs) {
        programs.search(nowNs);
        nextInspectionNs = nowNs + INSPECTION_INTERVAL_NS;
        pending.removeIf(socket -> isSettled(socket, nowNs));
    }

    /** Inspects everything once more, at the end. */
    void inspectLast(long nowNs) {
        inspect(nowNs);
        programs.searchNow(nowNs);
    }

    /** Inspects a socket. Returns whether it needs no further inspection. */
    private boolean isSettled(Socket socket, long nowNs) {
        boolean movedOn = nowNs - socket.call.span().exitNs() >= SETTLE_NS || isAsleep(socket);
        int flags = flags(socket);
        if (flags < 0) {
            socket.process.unreadable |= !facts.isReadable(socket.tgid());
            socket.process.gone++;
            socket.process.toSkip = socket.process.gone;
            return true;
        }
        int given = socket.flags;
        boolean needsNonblock = socket.inLoop && (given & SocketFlags.NONBLOCK) == 0;
        boolean open =
                (needsNonblock && (flags & SocketFlags.NONBLOCK) == 0) || ((given | flags) & SocketFlags.CLOEXEC) == 0;
        if (open && !movedOn) {
            return false;
        }
        if ((given & SocketFlags.CLOEXEC) == 0) {
            count(socket.process.withoutCloexec, flags & SocketFlags.CLOEXEC);
            programs.watch(socket.tgid(), socket.process, nowNs);
        }
        if (needsNonblock) {
            count(socket.process.blocking, flags & SocketFlags.NONBLOCK);
            noteLoop(socket, flags);
        }
        return true;
    }

    private boolean isAsleep(Socket socket) {
        return facts.isAsleep(socket.tgid(), socket.call.caller().tid()) && facts.hasOneThread(socket.tgid());
    }

    private int flags(Socket socket) {
        return facts.openFlags(socket.tgid(), (int) socket.call.span().ret(), socket.inode());
    }

    private static void count(ObservedProcess.FlagCount count, int flag) {
        if (flag != 0) {
            count.setLater++;
        } else {
            count.notSet++;
        }
    }

    /** Stops reading epoll instances once one watches a blocking socket, because each may watch very many files. */
    private void noteLoop(Socket socket, int flags) {
        ObservedProcess process = socket.process;
        process.hasOneThread = facts.hasOneThread(socket.tgid());
        if (!process.watchesBlocking && isBlocking(flags) && socket.epollFd >= 0) {
            process.watchesBlocking = isWatchedWhileBlocking(socket);
        }
    }

    /**
     * Reads the flags last, because a program may set O_NONBLOCK just before it lets the epoll instance watch the
     * socket.
     */
    private boolean isWatchedWhileBlocking(Socket socket) {
        int events = facts.watchedEvents(socket.tgid(), socket.epollFd, socket.inode());
        return events != 0 && events != ServerFacts.UNKNOWN && isBlocking(flags(socket));
    }

    /** Returns false if the flags are unknown. */
    private static boolean isBlocking(int flags) {
        return flags >= 0 && (flags & SocketFlags.NONBLOCK) == 0;
    }
}
