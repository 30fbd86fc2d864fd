package accept4trace.diagnose;

import accept4trace.event.ThreadState;
import accept4trace.queue.QueueReport;
import accept4trace.queue.QueueState;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Determines what threads that accept from sockets did between two snapshots, and adds it to the sockets. */
final class AcceptorTimes {
    /** The threads of the last snapshot that are the only ones to use a socket, by thread id. */
    private Map<Integer, ThreadState> before = Map.of();
    /** The time of the last snapshot. */
    private long beforeNs;

    /** Adds a snapshot. {@code sockets}: by inode. */
    void add(QueueReport report, Map<Long, ObservedSocket> sockets) {
        Map<Integer, ThreadState> threads = new HashMap<>();
        report.threads().list().forEach(thread -> threads.put(thread.tid(), thread));
        Set<Long> delayed = inodes(report, state -> state.queue().oldestNs() >= SlowAccepts.SLOW_NS);
        Set<Long> shared = inodes(report, QueueState::hasUntracedHolder);
        Map<Integer, ThreadState> now = new HashMap<>();
        sockets.forEach((inode, socket) -> {
            boolean wasSlow = socket.takeSlow() || delayed.contains(inode);
            ThreadState thread = threads.get(socket.onlyUser());
            if (thread == null || shared.contains(inode)) {
                return;
            }
            now.put(thread.tid(), thread);
            ThreadState earlier = before.get(thread.tid());
            if (earlier != null && wasSlow) {
                socket.acceptorTime().add(earlier, thread, report.watchedNs() - beforeNs);
            }
        });
        before = now;
        beforeNs = report.watchedNs();
    }

    private static Set<Long> inodes(QueueReport report, Predicate<QueueState> wanted) {
        return report.queues().stream()
                .filter(wanted)
                .map(state -> state.queue().socket().inode())
                .collect(Collectors.toSet());
    }

    /**
     * Returns what the only thread that uses a socket of a listener did while connections waited long; null if that is
     * unknown. If there are several such sockets, returns the thread that was observed longest.
     */
    static @Nullable AcceptorTime longest(Collection<ObservedSocket> sockets, ObservedListener listener) {
        AcceptorTime longest = null;
        for (ObservedSocket socket : sockets) {
            AcceptorTime time = socket.listener == listener ? socket.knownAcceptorTime() : null;
            if (time != null && time.observedNs() > (longest == null ? 0 : longest.observedNs())) {
                longest = time;
            }
        }
        return longest;
    }

    /** Called when a part of the run is missing. */
    void skip() {
        before = Map.of();
    }
}
