package accept4trace.queue;

import java.util.HashMap;
import java.util.Map;

/**
 * How long each queue of the last snapshot has had the same first connection. Connections are accepted in their order,
 * so nothing has been accepted meanwhile.
 */
final class QueueHistory {
    /** By inode. */
    private Map<Long, Head> heads = Map.of();

    /** The first connection of a queue, and the time of the first snapshot that shows it there. */
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

    /** Returns -1 if nobody waits. {@code queue}: of the last snapshot. */
    long unchangedNs(ListenerQueue queue) {
        Head head = heads.get(queue.socket().inode());
        return head == null || queue.longest().isEmpty() ? -1 : queue.takenNs() - head.sinceNs;
    }
}
