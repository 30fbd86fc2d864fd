package accept4trace.diagnose;

import accept4trace.event.BlockingCall;
import accept4trace.event.ListenerHolder;
import accept4trace.event.ThreadState;
import accept4trace.event.ThreadState.CurrentCall;
import accept4trace.event.ThreadState.State;
import accept4trace.queue.ListenerQueue;
import accept4trace.queue.QueueState;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Finds accept queues in which connections may wait for an unknown time, e.g. those of AF_VSOCK. */
final class UnknownQueues {
    private static final int EPOLLIN = 1;
    private static final int EPOLLET = 1 << 31;

    private UnknownQueues() {}

    /** Returns the names of the listeners with such queues. Call this at the end of a run. */
    static List<String> of(Observations seen) {
        return seen.queues().queues().stream()
                .filter(state -> state.queue().isUnknown() && !isServed(state, seen))
                .map(state -> Check.name(state.queue().socket()))
                .distinct()
                .toList();
    }

    /** Returns whether nobody can have waited for long, because the server has just accepted or waits for clients. */
    private static boolean isServed(QueueState state, Observations seen) {
        ListenerQueue queue = state.queue();
        ObservedSocket socket = seen.socketOf(state);
        return (socket != null && socket.hasResultSince(queue.takenNs() - StuckListeners.STUCK_NS))
                || (queue.waiting() < 0 && isAwaited(queue, seen));
    }

    private static boolean isAwaited(ListenerQueue queue, Observations seen) {
        Set<Integer> holders =
                queue.holders().stream().map(ListenerHolder::tgid).collect(Collectors.toSet());
        return seen.queues().threads().list().stream()
                .anyMatch(thread -> holders.contains(thread.tgid())
                        && thread.state() == State.ASLEEP
                        && waitsFor(thread, queue.socket().inode(), seen.facts()));
    }

    /** Returns whether the thread would wake up if a connection were in the queue. */
    private static boolean waitsFor(ThreadState thread, long inode, ServerFacts facts) {
        CurrentCall call = thread.call();
        BlockingCall known = call == null ? null : call.known();
        if (call == null || known == null) {
            return false;
        }
        if (known.kind() == BlockingCall.Kind.ACCEPT) {
            return call.socket() != null && call.socket().socket().inode() == inode;
        }
        if (known.kind() != BlockingCall.Kind.EPOLL) {
            return false;
        }
        int events = facts.watchedEvents(thread.tgid(), call.fd(), inode);
        return events != ServerFacts.UNKNOWN && (events & EPOLLIN) != 0 && (events & EPOLLET) == 0;
    }
}
