package accept4trace.queue;

import accept4trace.event.HeldListener;
import accept4trace.format.Names;
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
    /** The maximum number of forgotten sockets to count. An inode takes about 60 bytes. */
    static final int MAX_FORGOTTEN = 50_000;

    private static final Comparator<ListenerQueue> WORST_FIRST = Comparator.comparingLong(ListenerQueue::oldestNs)
            .thenComparingLong(ListenerQueue::waiting)
            .reversed()
            .thenComparing(queue -> Names.boundAddress(queue.socket()))
            .thenComparingLong(queue -> queue.socket().inode());

    private final QueueSelection selection;
    private final int listeners;
    private final int connections;
    /** Sockets that a selected process holds, by inode. */
    private final Map<Long, ListenerQueue> held = new LinkedHashMap<>();
    /** Sockets that no selected process is known to hold yet. They make room for held ones. */
    private final Map<Long, ListenerQueue> others = new LinkedHashMap<>();
    /** Inodes of held sockets for which there was no room. */
    private final Set<Long> forgotten = new HashSet<>();

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
        Long inode = record.socket().inode();
        boolean selected = selection.selects(record.holder());
        ListenerQueue queue = held.containsKey(inode) ? held.get(inode) : others.get(inode);
        if (queue == null && hasRoom(selected)) {
            queue = new ListenerQueue(
                    selection.withSelectedPeers(record), record.longest().size(), connections);
            others.put(inode, queue);
        }
        if (queue != null) {
            queue.add(record.holder());
        }
        if (queue != null && selected && others.remove(inode) != null) {
            held.put(inode, queue);
        }
        if (queue == null && selected && forgotten.size() < MAX_FORGOTTEN) {
            forgotten.add(inode);
        }
    }

    /** Returns whether there is room for another socket. A held socket replaces one that is not known to be held. */
    private boolean hasRoom(boolean selected) {
        if (held.size() + others.size() < listeners) {
            return true;
        }
        if (!selected || others.isEmpty()) {
            return false;
        }
        others.remove(others.keySet().iterator().next());
        return true;
    }

    /** Returns whether the age of any queue's first connection is unknown, so that a second snapshot is needed. */
    public boolean hasUnknownAge() {
        return held.values().stream().anyMatch(ListenerQueue::hasUnknownAge);
    }

    /** Derives lower bounds of unknown ages from an earlier snapshot. */
    public void compareWith(Snapshot earlier) {
        held.forEach((inode, queue) -> {
            ListenerQueue before = earlier.held.get(inode);
            if (before != null) {
                queue.compareWith(before);
            }
        });
    }

    /** Returns the number of held sockets with {@link ListenerQueue#mayHaveWaited}. */
    public long mayHaveWaited(long limitNs) {
        return held.values().stream()
                .filter(queue -> queue.mayHaveWaited(limitNs))
                .count();
    }

    /**
     * Returns the selected queues, sorted by the age of the oldest connection and then by length, in descending order.
     */
    public List<ListenerQueue> queues() {
        return held.values().stream()
                .filter(selection::selects)
                .sorted(WORST_FIRST)
                .toList();
    }

    /** Returns the number of selected sockets for which there was no room, at most {@link #MAX_FORGOTTEN}. */
    public long forgotten() {
        return forgotten.size();
    }
}
