package accept4trace.diagnose;

import accept4trace.event.AcceptCall;
import accept4trace.queue.QueueState;
import org.jspecify.annotations.Nullable;

/** Adds to listeners how long connections waited, and how long sockets accepted nothing. */
final class QueueTimes {
    private final LastAccepts lastAccepts = new LastAccepts();

    /** Adds a socket that a snapshot shows. */
    void add(QueueState state) {
        lastAccepts.add(state);
    }

    /** Called when a part of the run is missing, in which the sockets may have accepted. */
    void skip() {
        lastAccepts.clear();
    }

    /**
     * Adds a connection. Ignores waits and stalls due to a limit on open files, which has a finding of its own.
     *
     * @param process the process that accepted; null if unknown
     * @param thread the thread that accepted; null if unknown
     */
    void add(
            ObservedSocket socket,
            @Nullable ObservedProcess process,
            AcceptCall call,
            @Nullable ObservedThread thread) {
        long waitNs = call.connection().waitNs();
        long acceptedNs = call.connection().acceptedNs();
        long shortageEndNs = shortageEndNs(socket, process);
        socket.listener.unknownWaits += waitNs < 0 ? 1 : 0;
        if (waitNs >= 0 && acceptedNs - waitNs > shortageEndNs) {
            socket.addWait(waitNs, !wasWaiting(socket, call, thread));
        }
        if (acceptedNs > 0) {
            long gapNs = lastAccepts.add(call.listener().requireSocket().inode(), acceptedNs);
            socket.listener.stalls.add(waitNs, Math.min(gapNs, acceptedNs - Math.max(0, shortageEndNs)));
        }
    }

    /**
     * Returns when a limit on open files last ceased to delay the socket; Long.MIN_VALUE if never. A process at its
     * limit may not even try to accept from some of its sockets, so the process counts, too.
     */
    private static long shortageEndNs(ObservedSocket socket, @Nullable ObservedProcess process) {
        return Math.max(socket.files.untilNs(), process == null ? Long.MIN_VALUE : process.files.untilNs());
    }

    /**
     * Returns whether the thread was waiting, in this accept or e.g. in poll, when the connection became ready. Another
     * thread of the process counts, too, because in a pool, one thread can wait and another one accept.
     */
    private static boolean wasWaiting(ObservedSocket socket, AcceptCall call, @Nullable ObservedThread thread) {
        long readyNs = call.connection().acceptedNs() - call.connection().waitNs();
        return call.span().enterNs() <= readyNs
                || (thread != null && thread.wasWaitingAt(readyNs))
                || socket.wasAwaitedAt(call.caller().tgid(), readyNs);
    }
}
