package accept4trace.queue;

import accept4trace.event.HeldListener;
import accept4trace.format.Names;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The accept queues of all selected listening sockets at about the same time. */
public final class Snapshot {
    /** Each listener with all recorded connections takes up to 10 KB. */
    public static final int MAX_LISTENERS = 2000;
    /** Each listener with only its first connection takes about 1 KB. */
    private static final int MAX_HEADS = 4000;

    private static final Comparator<ListenerQueue> WORST_FIRST = Comparator.comparingLong(ListenerQueue::oldestNs)
            .thenComparingLong(ListenerQueue::waiting)
            .reversed()
            .thenComparing(queue -> Names.boundAddress(queue.socket()))
            .thenComparingLong(queue -> queue.socket().inode());

    private final QueueSelection selection;
    private final int listeners;
    private final int connections;
    private final Map<Long, ListenerQueue> byInode = new LinkedHashMap<>();
    /** Inodes of sockets that a selected process holds. */
    private final Set<Long> held = new HashSet<>();

    private long forgotten;

    private Snapshot(QueueSelection selection, int listeners, int connections) {
        this.selection = selection;
        this.listeners = listeners;
        this.connections = connections;
    }

    /** Keeps all connections of each record. */
    public static Snapshot ofAll(QueueSelection selection) {
        return new Snapshot(selection, MAX_LISTENERS, Integer.MAX_VALUE);
    }

    /** Keeps only the first connection of each queue, which is the next to be accepted. */
    public static Snapshot ofHeads(QueueSelection selection) {
        return new Snapshot(selection, MAX_HEADS, 1);
    }

    /** Adds a record. A socket has one record for each descriptor of each process that holds it. */
    public void add(HeldListener record) {
        if (!selection.selects(record)) {
            return;
        }
        long inode = record.socket().inode();
        ListenerQueue queue = byInode.get(inode);
        if (queue == null && byInode.size() == listeners) {
            forgotten++;
            return;
        }
        if (queue == null) {
            queue = new ListenerQueue(record, connections);
            byInode.put(inode, queue);
        }
        queue.add(record.holder());
        if (selection.selects(record.holder())) {
            held.add(inode);
        }
    }

    /** Returns whether the age of any queue's first connection is unknown, so that a second snapshot is needed. */
    public boolean hasUnknownAge() {
        return byInode.values().stream().anyMatch(ListenerQueue::hasUnknownAge);
    }

    /** Derives lower bounds of unknown ages from an earlier snapshot. */
    public void compareWith(Snapshot earlier) {
        byInode.forEach((inode, queue) -> {
            ListenerQueue before = earlier.byInode.get(inode);
            if (before != null) {
                queue.compareWith(before);
            }
        });
    }

    /** Returns the selected queues: those with the oldest connections first, then the longest ones. */
    public List<ListenerQueue> queues() {
        List<ListenerQueue> queues = new ArrayList<>();
        byInode.forEach((inode, queue) -> {
            if (held.contains(inode) && queue.oldestNs() >= selection.minWaitNs()) {
                queues.add(queue);
            }
        });
        queues.sort(WORST_FIRST);
        return queues;
    }

    /** Returns the number of records for which there was no room. */
    public long forgotten() {
        return forgotten;
    }
}
