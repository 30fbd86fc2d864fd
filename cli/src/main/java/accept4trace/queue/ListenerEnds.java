package accept4trace.queue;

import accept4trace.bounded.BoundedMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Remembers when targets ended and when their sockets were closed. */
final class ListenerEnds {
    /** The maximum number of processes, and of sockets. About 100 bytes each. */
    static final int MAX_ENDS = 10_000;

    private final Map<Integer, Long> exits = new Times<>();
    private final Map<Long, Long> closings = new Times<>();
    /** The latest time that was evicted, or at which an unknown socket was closed. */
    private long anyNs = Long.MIN_VALUE;

    /** The keys are ids of processes, or inodes of sockets. */
    private final class Times<K> extends BoundedMap<K, Long> {
        private static final long serialVersionUID = 1;

        Times() {
            super(MAX_ENDS, Order.FIFO);
        }

        @Override
        protected void evicted(Long atNs) {
            anyNs = Math.max(anyNs, atNs);
        }
    }

    void exited(int tgid, long atNs) {
        exits.put(tgid, atNs);
    }

    /** {@code inode}: 0 if unknown, so that it may be any socket. */
    void closed(long inode, long atNs) {
        if (inode == 0) {
            anyNs = Math.max(anyNs, atNs);
        } else {
            closings.put(inode, atNs);
        }
    }

    /**
     * Returns whether a socket may have been closed since a time.
     *
     * @param holders processes that held it at that time. The socket is assumed to be open while any of them lives
     */
    boolean mayHaveEnded(long inode, List<Integer> holders, long sinceNs) {
        return anyNs >= sinceNs
                || isSince(closings.get(inode), sinceNs)
                || holders.stream().allMatch(tgid -> isSince(exits.get(tgid), sinceNs));
    }

    private static boolean isSince(@Nullable Long atNs, long sinceNs) {
        return atNs != null && atNs >= sinceNs;
    }
}
