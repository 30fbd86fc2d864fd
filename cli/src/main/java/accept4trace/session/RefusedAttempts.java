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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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
    /** Packets whose listeners may belong to targets, about 350 bytes each. */
    private static final int MAX_UNASSIGNED = 8192;

    private static final long SHORTEST_NS = 2 * Units.SECOND_NS;
    private static final long LONGEST_NS = 10 * Units.SECOND_NS;
    /**
     * A packet that comes this long after the previous one begins a new attempt. Longer than two minutes, the longest
     * time that Linux waits before it repeats a packet.
     */
    private static final long FORGOTTEN_NS = 130 * Units.SECOND_NS;

    /**
     * The most bytes that a client can send before the server acknowledges any of them, because the window in a SYN-ACK
     * has 16 bits and is never scaled.
     */
    private static final int FIRST_WINDOW = 65_535;

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
    private final EvictedAttempts remembered = new EvictedAttempts();
    /** Packets whose listener's holder is not known yet, by the inode of the listener. */
    private final Map<Long, Deque<Refusal>> unassigned = new LinkedHashMap<>();

    private int unassignedPackets;
    /** The {@link ListenerHolders#version} when the packets were last assigned. */
    private long assignedVersion = Long.MIN_VALUE;

    private long lost;
    private long unsure;

    /** Receives the packets and attempts that the targets' listeners have refused. */
    interface Receiver {
        /**
         * Called for each packet.
         *
         * @param isNew whether this is the first packet of an attempt. False if unknown; see {@link #unsure}.
         */
        void packet(Refusal refusal, boolean isNew);

        void attempt(RefusedAttempt attempt);
    }

    /** All packets of an attempt have the same key. Later attempts from the same client port can have this key, too. */
    private record Key(long inode, long netns, Endpoint local, Endpoint peer) {
        static Key of(Refusal refusal) {
            return new Key(refusal.listener().inode(), refusal.netns(), refusal.local(), refusal.peer());
        }

        /** Returns a hash for {@link EvictedAttempts}. */
        long hash() {
            long ends = ((long) local.hashCode() << 32) ^ peer.hashCode();
            return mix(mix(mix(inode) ^ netns) ^ ends);
        }

        /** Returns a hash that also depends on the initial sequence number of the client. */
        long hash(int clientIsn) {
            return mix(hash() ^ clientIsn);
        }

        /** Mixes the bits. Both steps are invertible, so different values stay different. */
        private static long mix(long value) {
            long product = value * 0x9E37_79B9_7F4A_7C15L;
            return product ^ (product >>> 32);
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
        private final Key key;
        private final int clientIsn;

        Attempt(Key key, int clientIsn) {
            this.key = key;
            this.clientIsn = clientIsn;
        }

        /**
         * Returns whether a packet with the same key belongs to this attempt. Each attempt begins with a different
         * sequence number. A refused ACK can be ahead of that number, because the client's data serves as the ACK if
         * the last packet of the handshake is lost.
         */
        boolean continuesWith(Refusal refusal) {
            int ahead = refusal.packet().clientIsn() - clientIsn;
            return ahead == 0 || (refusal.at() == Refusal.At.ACK && ahead > 0 && ahead <= FIRST_WINDOW);
        }

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
     * Takes a snapshot of the listeners. Must run after tracing has begun: events then report each call of listen()
     * that is too late for the snapshot.
     *
     * @param sockets knows the listeners to select; null to select all
     * @param shown whether attempts are reported in addition to their packets
     */
    public RefusedAttempts(@Nullable ListenerHolders sockets, boolean shown) {
        this.sockets = sockets;
        this.shown = shown;
        if (sockets != null) {
            sockets.takeNow();
        }
    }

    /** Adds a socket for which a target has called listen(). */
    void listening(long inode, Receiver to) {
        if (sockets != null) {
            sockets.add(inode);
            assign(unassigned.remove(inode), to);
        }
    }

    void add(Refusal refusal, Receiver to) {
        if (sockets == null) {
            take(refusal, to);
            return;
        }
        assignByLatest(to);
        assign(refusal, to);
        if (unassignedPackets > 0) {
            sockets.refresh();
        }
    }

    /**
     * Reports the attempts that are due.
     *
     * @param nowNs CLOCK_MONOTONIC; all packets from before this time must have been added
     */
    void tick(long nowNs, Receiver to) {
        assignByLatest(to);
        if (sockets != null && unassignedPackets > 0) {
            sockets.refresh();
        }
        for (Attempt attempt : attempts.values()) {
            if (attempt.isDue(nowNs)) {
                report(attempt, to);
            }
        }
        attempts.values().removeIf(attempt -> nowNs - attempt.lastNs >= FORGOTTEN_NS);
    }

    /** Reports all packets so far, whether their attempts are over or not. */
    void reportAll(Receiver to) {
        assignByLatest(to);
        attempts.values().forEach(attempt -> report(attempt, to));
    }

    /** Reports everything that is left at the end of the run. */
    void end(Receiver to) {
        assignByLatest(to);
        if (sockets != null && unassignedPackets > 0) {
            sockets.takeNow();
        }
        reportAll(to);
    }

    /** Returns the number of packets for which it will never be known whether a target held the listener. */
    long lost() {
        return lost;
    }

    /** Returns the number of packets for which it is unknown whether a target held the listener. */
    long unknown() {
        return lost + unassignedPackets;
    }

    /** Returns the number of packets that may have begun an attempt, or may have continued one that is forgotten. */
    long unsure() {
        return unsure;
    }

    /** If there is a new snapshot, tries again to assign the packets whose listener's holder was unknown. */
    private void assignByLatest(Receiver to) {
        if (sockets == null || sockets.version() == assignedVersion) {
            return;
        }
        assignedVersion = sockets.version();
        List.copyOf(unassigned.keySet()).forEach(inode -> assign(unassigned.remove(inode), to));
    }

    private void assign(@Nullable Deque<Refusal> packets, Receiver to) {
        if (packets != null) {
            unassignedPackets -= packets.size();
            packets.forEach(refusal -> assign(refusal, to));
        }
    }

    private void assign(Refusal refusal, Receiver to) {
        long inode = refusal.listener().inode();
        switch (Objects.requireNonNull(sockets).holder(inode, refusal.timeNs())) {
            case TARGET -> take(refusal, to);
            case NOBODY -> lost++;
            case UNKNOWN -> keep(inode, refusal);
            case OTHER -> {
                // The packet does not matter, because no target has held the listener.
            }
        }
    }

    private void keep(long inode, Refusal refusal) {
        if (unassignedPackets == MAX_UNASSIGNED) {
            lost++;
            return;
        }
        unassigned.computeIfAbsent(inode, unseen -> new ArrayDeque<>()).add(refusal);
        unassignedPackets++;
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
        boolean isKnown = attempt != null && attempt.continuesWith(refusal);
        if (attempt != null && !isKnown) {
            report(attempt, to);
        }
        if (attempt == null || !isKnown) {
            attempt = new Attempt(key, refusal.packet().clientIsn());
            attempts.put(key, attempt);
        }
        attempt.add(refusal);
        to.packet(refusal, !isKnown && !mayContinueEvicted(key, refusal));
        evicted.forEach(oldest -> {
            report(oldest, to);
            remembered.add(oldest.key.hash(), refusal.timeNs());
            remembered.add(oldest.key.hash(oldest.clientIsn), refusal.timeNs());
        });
        evicted.clear();
    }

    /** An ACK can be ahead of the attempt's sequence number, so it may continue an attempt with a different number. */
    private boolean mayContinueEvicted(Key key, Refusal refusal) {
        if (remembered.contains(key.hash(refusal.packet().clientIsn()))) {
            return true;
        }
        boolean isUnsure = remembered.hasForgottenSince(refusal.timeNs() - FORGOTTEN_NS)
                || (refusal.at() == Refusal.At.ACK && remembered.contains(key.hash()));
        unsure += isUnsure ? 1 : 0;
        return isUnsure;
    }
}
