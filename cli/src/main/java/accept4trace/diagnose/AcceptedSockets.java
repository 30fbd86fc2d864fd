package accept4trace.diagnose;

import accept4trace.event.AcceptCall;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Looks at some of the accepted sockets a moment later: a program may set by fcntl(2) what it did not ask of accept4.
 * A look counts when the flag is set, or when the accepting thread has gone on: sleeps in some call, or had time enough.
 */
final class AcceptedSockets {
    /** A larger sample would not make the finding more certain. */
    private static final int LOOKS_A_PROCESS = 64;

    private static final int PENDING = 64;
    /** Longer than a program takes from an accept to its next line of code, even on a busy machine. */
    private static final long TIME_ENOUGH_NS = 200_000_000;

    private static final long BETWEEN_LOOKS_NS = 20_000_000;
    private static final int CLOEXEC = 0x80000;
    private static final int NONBLOCK = 0x800;

    private final Surroundings surroundings;
    private final Deque<Socket> pending = new ArrayDeque<>();
    private long nextLookNs;

    /**
     * An accepted socket to look at.
     *
     * @param flags the flags of its accept4 call
     * @param inLoop whether its thread waits for many files at once
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

    AcceptedSockets(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    /** {@code waiting}: the accepting thread if it waits for many files at once, or null. */
    void add(AcceptCall call, @Nullable ObservedThread waiting, ObservedProcess process) {
        int flags = call.hasFlags() ? call.arguments().flags() : 0;
        boolean inLoop = waiting != null && (flags & NONBLOCK) == 0;
        process.withoutCloexec.accepted += (flags & CLOEXEC) == 0 ? 1 : 0;
        process.blocking.accepted += inLoop ? 1 : 0;
        if ((flags & CLOEXEC) != 0 && !inLoop) {
            return;
        }
        if (isWanted(call, process)) {
            Socket socket = new Socket(
                    call.withoutStack(), flags, waiting != null, waiting == null ? -1 : waiting.epollFd(), process);
            if (!isSettled(socket, call.span().exitNs())) {
                nextLookNs = pending.isEmpty() ? call.span().exitNs() + BETWEEN_LOOKS_NS : nextLookNs;
                pending.add(socket);
            }
        }
    }

    /** The more sockets were closed before the look, the fewer are tried, because a look is expensive. */
    private boolean isWanted(AcceptCall call, ObservedProcess process) {
        if (process.toSkip > 0) {
            process.toSkip--;
            return false;
        }
        return call.connection().socket() != null
                && pending.size() < PENDING
                && looks(process.withoutCloexec) + looks(process.blocking) < LOOKS_A_PROCESS;
    }

    private static long looks(ObservedProcess.FlagCount count) {
        return count.setLater + count.notSet;
    }

    long remainingNs(long nowNs) {
        return pending.isEmpty() ? Long.MAX_VALUE : Math.max(0, nextLookNs - nowNs);
    }

    void look(long nowNs) {
        nextLookNs = nowNs + BETWEEN_LOOKS_NS;
        pending.removeIf(socket -> isSettled(socket, nowNs));
    }

    /** Whether the socket needs no further look. */
    private boolean isSettled(Socket socket, long nowNs) {
        boolean goneOn =
                surroundings.isAsleep(socket.tgid(), socket.call.caller().tid())
                        || nowNs - socket.call.span().exitNs() >= TIME_ENOUGH_NS;
        int flags =
                surroundings.openFlags(socket.tgid(), (int) socket.call.span().ret(), socket.inode());
        if (flags < 0) {
            socket.process.gone++;
            socket.process.toSkip = socket.process.gone;
            return true;
        }
        int given = socket.flags;
        boolean needsNonblock = socket.inLoop && (given & NONBLOCK) == 0;
        boolean open = (needsNonblock && (flags & NONBLOCK) == 0) || ((given | flags) & CLOEXEC) == 0;
        if (open && !goneOn) {
            return false;
        }
        if ((given & CLOEXEC) == 0) {
            count(socket.process.withoutCloexec, flags & CLOEXEC);
            noteChildren(socket);
        }
        if (needsNonblock) {
            count(socket.process.blocking, flags & NONBLOCK);
            noteLoop(socket, flags);
        }
        return true;
    }

    private static void count(ObservedProcess.FlagCount count, int flag) {
        if (flag != 0) {
            count.setLater++;
        } else {
            count.notSet++;
        }
    }

    private void noteChildren(Socket socket) {
        ObservedProcess process = socket.process;
        process.runsOtherPrograms = process.runsOtherPrograms || surroundings.runsOtherPrograms(socket.tgid());
    }

    /** Looks at an epoll instance once, because it may watch very many files. */
    private void noteLoop(Socket socket, int flags) {
        ObservedProcess process = socket.process;
        process.hasOneThread = surroundings.hasOneThread(socket.tgid());
        if (!process.watchesBlocking && (flags & NONBLOCK) == 0 && socket.epollFd >= 0) {
            process.watchesBlocking = surroundings.watchedEvents(socket.tgid(), socket.epollFd, socket.inode()) != 0;
        }
    }
}
