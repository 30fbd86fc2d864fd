package accept4trace.queue;

import accept4trace.bounded.BoundedMap;
import accept4trace.event.HeldListener;
import accept4trace.event.KernelSocket;
import accept4trace.queue.ListenerHolders.Named;
import accept4trace.queue.ListenerHolders.Validity;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds the AF_UNIX listener that clients reached by a name at a given time. Learns from snapshots which sockets have
 * the name, and from records of listen() since when. No event reports the end of a socket, so a socket that is missing
 * in a snapshot has ended since the snapshot before.
 *
 * <p>One thread at a time may add snapshots, and one thread at a time the other methods.
 */
final class NamedListeners {
    /**
     * The maximum number of names to keep from a snapshot, about 600 bytes each. The names of targets have as much room
     * again, so that other users of the machine cannot displace them.
     */
    static final int MAX_NAMES = 3000;
    /** About 600 bytes each. */
    private static final int MAX_OPENED = 10_000;
    /** Two sockets suffice to show that a name is ambiguous. */
    private static final int MAX_NAMESAKES = 2;
    /** Several snapshots can be taken before a refusal is looked up again. */
    private static final int MAX_SNAPSHOTS = 4;

    private static final Snapshot NO_SNAPSHOT = new Snapshot(Long.MIN_VALUE);

    /** How long a socket is assumed to listen after listen(), if there is no snapshot since. */
    private static final long FRESH_NS = 1_000_000_000;

    /** The sockets for which targets have called listen(), only the latest for each name. */
    private final Map<UnixPlace, Opened> opened = new BoundedMap<>(MAX_OPENED);

    private volatile Taken taken = new Taken(List.of(), Long.MIN_VALUE);
    /** When a target last ended or closed a socket. */
    private long expiredNs = Long.MIN_VALUE;

    /** The listeners of a snapshot that have names. */
    static final class Snapshot {
        private final long beganNs;
        private final Map<UnixPlace, Map<Long, KernelSocket>> sockets = new HashMap<>();

        /** {@code beganNs}: CLOCK_MONOTONIC. */
        Snapshot(long beganNs) {
            this.beganNs = beganNs;
        }

        /** A listener whose name does not fit is not found, so its refusals are unknown. */
        void add(HeldListener record, boolean isOurs) {
            int maxNames = isOurs ? 2 * MAX_NAMES : MAX_NAMES;
            KernelSocket socket = record.socket();
            UnixPlace place =
                    UnixPlace.of(socket.local(), record.netns(), record.holder().mntns());
            if (place == null || (sockets.size() >= maxNames && !sockets.containsKey(place))) {
                return;
            }
            Map<Long, KernelSocket> namesakes = sockets.computeIfAbsent(place, unseen -> new HashMap<>());
            if (namesakes.size() < MAX_NAMESAKES) {
                namesakes.put(socket.inode(), socket);
            }
        }

        private Map<Long, KernelSocket> at(UnixPlace place) {
            return sockets.getOrDefault(place, Map.of());
        }
    }

    /** The latest snapshots, from the oldest to the newest. */
    private record Taken(List<Snapshot> snapshots, long nextDueNs) {
        /** Returns the first snapshot since the given time, or else the last one, and the one before it. */
        History around(long atNs) {
            int at = 0;
            while (at < snapshots.size() - 1 && snapshots.get(at).beganNs < atNs) {
                at++;
            }
            return new History(get(at), get(at - 1), nextDueNs);
        }

        private Snapshot get(int index) {
            return index < 0 || index >= snapshots.size() ? NO_SNAPSHOT : snapshots.get(index);
        }
    }

    private record History(Snapshot latest, Snapshot before, long nextDueNs) {}

    private record Opened(KernelSocket socket, long atNs) {}

    /**
     * A socket that may have been reached by a name.
     *
     * @param sinceNs when it is first known to have listened
     * @param untilNs when it is last known to have listened
     */
    private record Candidate(KernelSocket socket, long sinceNs, long untilNs) {
        boolean listenedAt(long atNs) {
            return sinceNs <= atNs && atNs <= untilNs;
        }
    }

    /** Adds a socket for which a target called listen() at {@code atNs}. */
    void add(UnixPlace place, KernelSocket socket, long atNs) {
        opened.put(place, new Opened(socket, atNs));
    }

    /**
     * Adds a snapshot.
     *
     * @param nextDueNs when the next snapshot can be taken. Until then, the sockets of this one are assumed to listen,
     *     because otherwise all refusals would have to be kept in memory until the next snapshot
     */
    void add(Snapshot snapshot, long nextDueNs) {
        List<Snapshot> all = new ArrayList<>(taken.snapshots);
        all.add(snapshot);
        taken = new Taken(List.copyOf(all.subList(Math.max(0, all.size() - MAX_SNAPSHOTS), all.size())), nextDueNs);
    }

    /** Notes that a socket may have been closed at {@code atNs}, so that only a later snapshot shows who listens. */
    void expire(long atNs) {
        expiredNs = Math.max(expiredNs, atNs);
    }

    /** Returns the only listener that had this name at {@code atNs}. */
    Named find(UnixPlace place, long atNs) {
        History known = taken.around(atNs);
        boolean isFinal = known.latest.beganNs >= atNs;
        List<Candidate> candidates = candidates(place, known, atNs);
        List<Candidate> certain = candidates.stream()
                .filter(candidate -> candidate.listenedAt(atNs))
                .toList();
        List<Candidate> left = candidates.stream()
                .filter(candidate -> certain.stream().noneMatch(other -> other.sinceNs > candidate.untilNs))
                .toList();
        if (left.size() == 1 && (isFinal || left.equals(certain))) {
            return new Named(left.get(0).socket, isFinal ? Validity.ONLY_THEN : Validity.ALSO_LATER);
        }
        return isFinal ? Named.NEVER : Named.UNKNOWN;
    }

    private List<Candidate> candidates(UnixPlace place, History known, long atNs) {
        Opened last = opened.get(place);
        List<Candidate> candidates = new ArrayList<>();
        known.before.at(place).forEach((inode, socket) -> {
            boolean hasEnded = !known.latest.at(place).containsKey(inode);
            if (hasEnded && known.latest.beganNs >= atNs && !isOf(last, inode)) {
                candidates.add(new Candidate(socket, known.before.beganNs, known.before.beganNs));
            }
        });
        known.latest.at(place).forEach((inode, socket) -> {
            if (!isOf(last, inode)) {
                boolean isOlder = known.before.at(place).containsKey(inode);
                long sinceNs = isOlder ? known.before.beganNs : known.latest.beganNs;
                candidates.add(new Candidate(socket, sinceNs, listensUntil(known, last, atNs)));
            }
        });
        if (last != null && last.atNs <= atNs) {
            addOpened(candidates, last, place, known, atNs);
        }
        return candidates;
    }

    private static boolean isOf(@Nullable Opened last, long inode) {
        return last != null && last.socket.inode() == inode;
    }

    /**
     * Returns until when the sockets of the latest snapshot listen. A later listen() at the same name means that they
     * may have ended since.
     */
    private long listensUntil(History known, @Nullable Opened last, long atNs) {
        boolean isReplaced = last != null && last.atNs > known.latest.beganNs;
        boolean lasts = !isReplaced && known.latest.beganNs > expiredNs && atNs <= known.nextDueNs;
        return lasts ? Math.max(known.latest.beganNs, atNs) : known.latest.beganNs;
    }

    private void addOpened(List<Candidate> to, Opened last, UnixPlace place, History known, long atNs) {
        long inode = last.socket.inode();
        if (known.latest.at(place).containsKey(inode)) {
            to.add(new Candidate(last.socket, last.atNs, listensUntil(known, null, atNs)));
        } else if (last.atNs > known.latest.beganNs) {
            boolean lasts = last.atNs > expiredNs && atNs - last.atNs <= FRESH_NS;
            to.add(new Candidate(last.socket, last.atNs, lasts ? atNs : last.atNs));
        } else if (known.latest.beganNs >= atNs) {
            boolean isOlder = known.before.at(place).containsKey(inode);
            to.add(new Candidate(last.socket, last.atNs, isOlder ? known.before.beganNs : last.atNs));
        }
    }
}
