package accept4trace.event;

import accept4trace.bounded.BoundedMap;
import java.util.Iterator;
import java.util.Map;

/** Derives queue positions and new drops from the previous accepts of a listener. Memory is bounded. */
final class ListenerHistory {
    /** Each listener takes about 150 bytes. */
    private static final int MAX_LISTENERS = 4096;
    /** Limits the accept times of all listeners together. Each time takes eight bytes. */
    private static final int MAX_ACCEPTS = 64 * 1024;

    private final Map<Long, Listener> listeners = new BoundedMap<>(MAX_LISTENERS) {
        private static final long serialVersionUID = 1;

        @Override
        protected void evicted(Listener listener) {
            room -= listener.accepts.room();
            listener.accepts.forgetAll();
            forgottenNs = Math.max(forgottenNs, listener.accepts.lostNs());
        }
    };

    /** The sum of {@link AcceptTimes#room} over all listeners. */
    private int room;
    /**
     * The time of the latest accept from any evicted listener. A listener that seems new may be one of those, so its
     * accepts up to this time may be missing.
     */
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
     * Returns how many connections were ahead of this one when it entered the accept queue. The queue is FIFO, so these
     * are the connections that were accepted while it waited.
     *
     * @param waitNs negative if unknown
     * @return negative if unknown
     */
    int ahead(long inode, long acceptedNs, long waitNs) {
        AcceptTimes accepts = listener(inode).accepts;
        if (waitNs < 0) {
            return -1;
        }
        /*
         * The queue is FIFO, so connections that are accepted later have also entered it later. An accept from before
         * this connection entered is therefore not needed for them, either.
         */
        accepts.forgetUntil(acceptedNs - waitNs);
        int ahead = accepts.isComplete() ? accepts.size() : -1;
        room -= accepts.room();
        accepts.add(acceptedNs);
        room += accepts.room();
        if (room > MAX_ACCEPTS) {
            makeRoom();
        }
        return ahead;
    }

    /** Discards the times of the least recently used listeners. */
    private void makeRoom() {
        Iterator<Listener> eldest = listeners.values().iterator();
        while (room > MAX_ACCEPTS && eldest.hasNext()) {
            AcceptTimes accepts = eldest.next().accepts;
            room -= accepts.room();
            accepts.forgetAll();
        }
    }

    /**
     * Returns the drops since the previous call for this listener; 0 for the first call. Records can be out of order,
     * because threads read the counter before they submit the record. So a count can be older than the previous one,
     * and then adds nothing.
     *
     * @param drops total of this listener; the counter wraps
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
