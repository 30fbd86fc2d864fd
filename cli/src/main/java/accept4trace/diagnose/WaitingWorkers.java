package accept4trace.diagnose;

import accept4trace.bounded.BoundedMap;
import accept4trace.event.BlockingCall;
import accept4trace.event.ListenerHolder;
import accept4trace.event.ThreadState;
import accept4trace.queue.QueueReport;
import accept4trace.queue.QueueState;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * When threads of processes that hold a listener waited in a call such as accept or epoll_wait, according to the
 * snapshots. A worker that nobody wakes up makes no new call for a long time, although it is available.
 */
final class WaitingWorkers {
    /** The maximum number of pairs of a socket and a thread. About 150 bytes each. */
    private static final int MAX_THREADS = 8192;

    private static final Set<BlockingCall.Kind> WAITS =
            EnumSet.of(BlockingCall.Kind.ACCEPT, BlockingCall.Kind.EPOLL, BlockingCall.Kind.POLL);

    private final BoundedMap<Waiter, Presence> presences = new BoundedMap<>(MAX_THREADS);

    /** {@code inode}: the inode of the listening socket. */
    private record Waiter(long inode, int tgid, int tid) {}

    /** Adds a snapshot. */
    void add(QueueReport report) {
        Map<Integer, List<ThreadState>> waiting = new HashMap<>();
        for (ThreadState thread : report.threads().list()) {
            if (isWaiting(thread)) {
                waiting.computeIfAbsent(thread.tgid(), tgid -> new ArrayList<>())
                        .add(thread);
            }
        }
        for (QueueState state : report.queues()) {
            Set<Integer> holders =
                    state.targets().stream().map(ListenerHolder::tgid).collect(Collectors.toSet());
            for (int tgid : holders) {
                waiting.getOrDefault(tgid, List.of()).forEach(thread -> add(state, thread));
            }
        }
    }

    private static boolean isWaiting(ThreadState thread) {
        ThreadState.CurrentCall call = thread.call();
        return thread.state() == ThreadState.State.ASLEEP
                && call != null
                && call.known() != null
                && WAITS.contains(call.known().kind());
    }

    private void add(QueueState state, ThreadState thread) {
        presences
                .computeIfAbsent(
                        new Waiter(state.queue().socket().inode(), thread.tgid(), thread.tid()), key -> new Presence())
                .add(state.queue().takenNs());
    }

    /**
     * Returns the time from the first to the last snapshot in which a worker waited while it held a socket of a
     * listener.
     *
     * @param sockets by inode
     * @param tid 0 for any thread
     */
    Presence of(Map<Long, ObservedSocket> sockets, ObservedListener listener, int tgid, int tid) {
        Presence all = new Presence();
        presences.forEach((waiter, presence) -> {
            if (waiter.tgid == tgid && (tid == 0 || waiter.tid == tid)) {
                ObservedSocket socket = sockets.get(waiter.inode);
                if (socket != null && socket.listener == listener) {
                    all.add(presence);
                }
            }
        });
        return all;
    }
}
