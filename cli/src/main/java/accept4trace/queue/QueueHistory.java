package accept4trace.queue;

import java.util.HashMap;
import java.util.Map;

/**
 * Measures how long each queue has had the same first connection. During that time, nothing was accepted from the
 * queue, because connections are accepted in order.
 */
final class QueueHistory {
    /** The queues of the last snapshot, by inode of the socket. */
    private Map<Long, Head> heads = Map.of();

    /** A queue, and the time of the snapshot since which its first connection has been the same. */
    private record Head(ListenerQueue queue, long sinceNs) {}

    /** Adds the next snapshot, and sets lower bounds for its unknown ages. */
    void add(Snapshot snapshot) {
        Map<Long, Head> next = new HashMap<>();
        for (ListenerQueue queue : snapshot.queues()) {
            long inode = queue.socket().inode();
            Head before = heads.get(inode);
            long sinceNs = before != null && queue.hasHeadOf(before.queue) ? before.sinceNs : queue.takenNs();
            next.put(inode, new Head(queue, sinceNs));
            if (sinceNs < queue.takenNs()) {
                queue.headHasWaitedAtLeast(queue.takenNs() - sinceNs);
            }
        }
        heads = next;
    }

    /**
     * Returns for how many nanoseconds a queue of the last snapshot has had the same first connection; -1 if no
     * connection waits.
     */
    long unchangedNs(ListenerQueue queue) {
        Head head = heads.get(queue.socket().inode());
        return head == null || queue.longest().isEmpty() ? -1 : queue.takenNs() - head.sinceNs;
    }
}
