package accept4trace.event;

import accept4trace.bounded.BoundedMap;
import java.util.Iterator;
import java.util.Map;

/** What earlier accepts of a listener tell about the next one. Heap is bounded: the latest listeners are known. */
final class ListenerHistory {
    /** Some 150 bytes each. */
    private static final int MOST_LISTENERS = 4096;
    /** Of all listeners, eight bytes each. */
    private static final int MOST_ACCEPTS = 64 * 1024;

    private final Map<Long, Listener> listeners = new BoundedMap<>(MOST_LISTENERS) {
        private static final long serialVersionUID = 1;

        @Override
        protected void evicted(Listener listener) {
            room -= listener.accepts.room();
            listener.accepts.forgetAll();
            forgottenNs = Math.max(forgottenNs, listener.accepts.lostNs());
        }
    };

    /** For so many accepts there is room. */
    private int room;
    /** The latest accept of a listener that was forgotten: a listener that is new here may be that one. */
    private long forgottenNs = Long.MIN_VALUE;

    private static final class Listener {
        private final AcceptTimes accepts;
        private boolean dropsKnown;
        private int drops;

        Listener(long lostNs) {
            accepts = new AcceptTimes(lostNs);
        }
    }

    private Listener listener(long inode) {
        return listeners.computeIfAbsent(inode, key -> new Listener(forgottenNs));
    }

    /**
     * Counts the connections that stood before this one in the queue when it came. The queue is first in, first out:
     * they are those that were accepted while it waited.
     *
     * @param waitNs negative when unknown
     * @return negative when unknown
     */
    int ahead(long inode, long acceptedNs, long waitNs) {
        AcceptTimes accepts = listener(inode).accepts;
        if (waitNs < 0) {
            return -1;
        }
        /* Whoever comes later became ready later. */
        accepts.forgetUntil(acceptedNs - waitNs);
        int ahead = accepts.isComplete() ? accepts.size() : -1;
        room -= accepts.room();
        accepts.add(acceptedNs);
        room += accepts.room();
        if (room > MOST_ACCEPTS) {
            makeRoom();
        }
        return ahead;
    }

    /** The listener that has accepted longest ago is the first to lose its times. */
    private void makeRoom() {
        Iterator<Listener> eldest = listeners.values().iterator();
        while (room > MOST_ACCEPTS && eldest.hasNext()) {
            AcceptTimes accepts = eldest.next().accepts;
            room -= accepts.room();
            accepts.forgetAll();
        }
    }

    /**
     * Returns the refusals since the last time, 0 at the first. Threads can report in another order than they have read
     * the counter: an older number brings nothing new.
     *
     * @param drops all so far, a counter that wraps
     */
    long newDrops(long inode, int drops) {
        Listener listener = listener(inode);
        int since = listener.dropsKnown ? drops - listener.drops : 0;
        if (since >= 0) {
            listener.drops = drops;
        }
        listener.dropsKnown = true;
        return Math.max(0, since);
    }
}
