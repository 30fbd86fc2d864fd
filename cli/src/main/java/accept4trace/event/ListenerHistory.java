package accept4trace.event;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;

/** What earlier accepts of a listener tell about the next one. */
final class ListenerHistory {
    /** Those that have accepted most recently are remembered. */
    private static final int MOST_LISTENERS = 4096;

    private final Map<Long, Listener> listeners = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, Listener> eldest) {
            return size() > MOST_LISTENERS;
        }
    };

    private static final class Listener {
        /** When connections were accepted, in order. */
        private final Deque<Long> accepts = new ArrayDeque<>();

        private boolean dropsKnown;
        private int drops;
    }

    private Listener listener(long inode) {
        return listeners.computeIfAbsent(inode, key -> new Listener());
    }

    /**
     * How many connections stood before this one in the queue when it came. The queue is first in, first out: they are
     * those that were accepted while it waited.
     *
     * @param waitNs negative when unknown
     */
    int ahead(long inode, long acceptedNs, long waitNs) {
        Deque<Long> accepts = listener(inode).accepts;
        if (waitNs < 0) {
            return 0;
        }
        long readyNs = acceptedNs - waitNs;
        /* Whoever comes later became ready later. */
        while (!accepts.isEmpty() && accepts.peekFirst() <= readyNs) {
            accepts.removeFirst();
        }
        int ahead = accepts.size();
        accepts.addLast(acceptedNs);
        return ahead;
    }

    /** {@code drops}: all so far, a counter that wraps. Returns those since the last time, 0 at the first. */
    long newDrops(long inode, int drops) {
        Listener listener = listener(inode);
        int since = listener.dropsKnown ? drops - listener.drops : 0;
        listener.dropsKnown = true;
        listener.drops = drops;
        return Integer.toUnsignedLong(since);
    }
}
