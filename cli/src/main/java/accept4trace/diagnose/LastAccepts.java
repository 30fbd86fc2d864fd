package accept4trace.diagnose;

import accept4trace.bounded.BoundedMap;
import accept4trace.queue.QueueState;
import java.util.Map;

/**
 * When each socket last accepted a connection. By socket rather than by address, because a single socket of an
 * SO_REUSEPORT group can stall. Memory is bounded.
 */
final class LastAccepts {
    /** About 100 bytes each. */
    private static final int MAX_SOCKETS = 4096;

    /** By inode: the last accept, or the first snapshot if there was none yet. CLOCK_MONOTONIC. */
    private final Map<Long, Long> timesNs = new BoundedMap<>(MAX_SOCKETS);

    /** By inode: the sockets that a snapshot has shown with an untraced holder, whose accepts are not seen. */
    private final Map<Long, Boolean> shared = new BoundedMap<>(MAX_SOCKETS);

    /** Adds a socket that a snapshot shows. If no untraced holder is known, every accept is seen from then on. */
    void add(QueueState state) {
        long inode = state.queue().socket().inode();
        if (state.hasUntracedHolder()) {
            shared.put(inode, true);
        } else if (!shared.containsKey(inode)) {
            timesNs.putIfAbsent(inode, state.queue().takenNs());
        }
    }

    /** Forgets all times, because accepts may have been missed. */
    void clear() {
        timesNs.clear();
    }

    /**
     * Adds an accept. Returns a lower bound of the time since the previous one, in nanoseconds; negative if that is
     * unknown, or if the accepts are out of order.
     */
    long add(long inode, long acceptedNs) {
        if (shared.containsKey(inode)) {
            return -1;
        }
        Long before = timesNs.get(inode);
        timesNs.merge(inode, acceptedNs, Math::max);
        return before == null ? -1 : acceptedNs - before;
    }
}
