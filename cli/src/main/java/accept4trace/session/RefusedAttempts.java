package accept4trace.session;

import accept4trace.bounded.BoundedMap;
import accept4trace.event.Endpoint;
import accept4trace.event.Refusal;
import accept4trace.event.RefusedAttempt;
import accept4trace.queue.ListenerHolders;
import accept4trace.text.Units;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Selects the refused packets of the targets' listeners, and folds packets of the same attempt to connect into one
 * report. TCP repeats a packet after one second, and then usually doubles the interval each time. An attempt is
 * reported when its next packet is overdue, or {@link #LONGEST_NS} after its first packet. If more packets of the
 * attempt follow, they get another report under the same conditions. Memory is bounded.
 */
public final class RefusedAttempts {
    /** About 500 bytes each. */
    private static final int MAX_ATTEMPTS = 8192;
    /** Packets whose listeners may or may not belong to targets. About 300 bytes each. */
    private static final int MAX_UNASSIGNED = 8192;

    private static final long SHORTEST_NS = 2 * Units.SECOND_NS;
    private static final long LONGEST_NS = 10 * Units.SECOND_NS;
    /**
     * A packet that comes this long after the previous packet begins a new attempt. Linux waits up to two minutes
     * before it repeats a packet.
     */
    private static final long FORGOTTEN_NS = 130 * Units.SECOND_NS;

    /** Null if every listener is selected. */
    private final @Nullable ListenerHolders sockets;

    private final boolean shown;

    private final Map<Key, Attempt> attempts = new BoundedMap<>(MAX_ATTEMPTS) {
        private static final long serialVersionUID = 1;

        @Override
        protected void evicted(Attempt attempt) {
            evicted.add(attempt);
        }
    };
    private final List<Attempt> evicted = new ArrayList<>();
    private final Deque<Refusal> unassigned = new ArrayDeque<>();
    private long lost;

    /** Receives the packets and attempts of the targets' listeners. */
    interface Receiver {
        /**
         * Called for each packet.
         *
         * @param isNew whether this is the first packet of an attempt
         */
        void packet(Refusal refusal, boolean isNew);

        void attempt(RefusedAttempt attempt);
    }

    /** The packets with the same key belong to the same attempt. */
    private record Key(long inode, long netns, Endpoint local, Endpoint peer) {
        static Key of(Refusal refusal) {
            return new Key(refusal.listener().inode(), refusal.netns(), refusal.local(), refusal.peer());
        }
    }

    private static final class Attempt {
        /** The first packet that is not reported yet; null if all are reported. */
        private @Nullable Refusal first;

        private boolean atSyn;
        private boolean atAck;
        private long packets;
        private long lastNs;
        private long gapNs;

        void add(Refusal refusal) {
            gapNs = lastNs == 0 ? 0 : refusal.timeNs() - lastNs;
            lastNs = refusal.timeNs();
            first = first == null ? refusal : first;
            atSyn |= refusal.at() == Refusal.At.SYN;
            atAck |= refusal.at() == Refusal.At.ACK;
            packets++;
        }

        boolean isDue(long nowNs) {
            return first != null
                    && (nowNs - first.timeNs() >= LONGEST_NS
                            || nowNs - lastNs >= Math.max(SHORTEST_NS, 2 * gapNs + Units.SECOND_NS));
        }

        /** Returns the packets that are not reported yet, and marks them as reported; null if there are none. */
        @Nullable
        RefusedAttempt take() {
            if (first == null) {
                return null;
            }
            RefusedAttempt taken = new RefusedAttempt(first, atSyn, atAck, packets, lastNs);
            first = null;
            atSyn = false;
            atAck = false;
            packets = 0;
            return taken;
        }
    }

    /**
     * Takes a snapshot of the listeners. Must run after tracing has begun, because only then are later calls of
     * listen() recorded.
     *
     * @param sockets knows the listeners to select; null to select all
     * @param shown whether attempts are reported, not only packets
     */
    public RefusedAttempts(@Nullable ListenerHolders sockets, boolean shown) {
        this.sockets = sockets;
        this.shown = shown;
        if (sockets != null) {
            sockets.takeNow();
        }
    }

    /** Adds a socket that a target has made listen. */
    void listening(long inode) {
        if (sockets != null) {
            sockets.add(inode);
        }
    }

    void add(Refusal refusal, Receiver to) {
        if (sockets == null) {
            take(refusal, to);
            return;
        }
        unassigned.add(refusal);
        if (unassigned.size() > MAX_UNASSIGNED) {
            unassigned.remove();
            lost++;
        }
        assign(to);
    }

    /**
     * Reports the attempts that are due.
     *
     * @param nowNs CLOCK_MONOTONIC; all packets from before this time must have been added
     */
    void tick(long nowNs, Receiver to) {
        assign(to);
        for (Attempt attempt : attempts.values()) {
            if (attempt.isDue(nowNs)) {
                report(attempt, to);
            }
        }
        attempts.values().removeIf(attempt -> nowNs - attempt.lastNs >= FORGOTTEN_NS);
    }

    /** Reports everything. */
    void end(Receiver to) {
        assign(to);
        if (sockets != null && !unassigned.isEmpty()) {
            sockets.takeNow();
            assign(to);
        }
        attempts.values().forEach(attempt -> report(attempt, to));
    }

    /** Returns the number of packets for which it is unknown whether a target held the listener. */
    long unknown() {
        return lost + unassigned.size();
    }

    /** Assigns the packets whose listeners have become known. */
    private void assign(Receiver to) {
        if (sockets == null || unassigned.isEmpty()) {
            return;
        }
        int count = unassigned.size();
        for (int i = 0; i < count; i++) {
            Refusal refusal = unassigned.remove();
            switch (sockets.holder(refusal.listener().inode(), refusal.timeNs())) {
                case TARGET -> take(refusal, to);
                case NOBODY -> lost++;
                case UNKNOWN -> unassigned.add(refusal);
                case OTHER -> {
                    // The process that holds the listener is not a target.
                }
            }
        }
        if (!unassigned.isEmpty()) {
            sockets.refresh();
        }
    }

    private void report(Attempt attempt, Receiver to) {
        RefusedAttempt taken = attempt.take();
        if (taken != null && shown) {
            to.attempt(taken);
        }
    }

    private void take(Refusal refusal, Receiver to) {
        Key key = Key.of(refusal);
        Attempt attempt = attempts.get(key);
        boolean isNew = attempt == null;
        if (attempt == null) {
            attempt = new Attempt();
            attempts.put(key, attempt);
        }
        attempt.add(refusal);
        to.packet(refusal, isNew);
        evicted.forEach(oldest -> report(oldest, to));
        evicted.clear();
    }
}
