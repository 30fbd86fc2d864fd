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
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Finds the AF_UNIX listener that clients reached by a name at a given time. Learns from snapshots which sockets have
 * the name, and from records of listen() since when. Not every end of a socket is reported. If a socket is missing from
 * a snapshot, it has ended since the previous one.
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
    /** More holders of a socket need not be known: if these have ended, the socket may have been closed. */
    private static final int MAX_HOLDERS = 4;
    /** Several snapshots can be taken before a refusal is looked up again. They share the names that do not change. */
    private static final int MAX_SNAPSHOTS = 4;

    private static final Snapshot NO_SNAPSHOT = new Snapshot(Long.MIN_VALUE);

    /** How long a socket is assumed to listen after listen(), if there is no snapshot since. */
    private static final long FRESH_NS = 1_000_000_000;

    /** The sockets for which targets have called listen(), only the latest for each name. */
    private final Map<UnixPlace, Opened> opened = new BoundedMap<>(MAX_OPENED);

    private volatile Taken taken = new Taken(List.of(), Long.MIN_VALUE);
    private final ListenerEnds ends = new ListenerEnds();

    /**
     * A listener that a snapshot shows.
     *
     * @param holders the processes that hold it, at most {@link #MAX_HOLDERS}
     */
    private record Listener(KernelSocket socket, List<Integer> holders) {
        Listener with(int holder) {
            if (holders.size() == MAX_HOLDERS || holders.contains(holder)) {
                return this;
            }
            return new Listener(
                    socket, Stream.concat(holders.stream(), Stream.of(holder)).toList());
        }
    }

    /** The listeners that have the same name. */
    private record Namesakes(UnixPlace place, Map<Long, Listener> byInode) {}

    /** The listeners of a snapshot that have names. */
    static final class Snapshot {
        private final long beganNs;
        private long endNs;
        private final Map<UnixPlace, Namesakes> listeners = new HashMap<>();

        /** {@code beganNs}: CLOCK_MONOTONIC. */
        Snapshot(long beganNs) {
            this.beganNs = beganNs;
            this.endNs = beganNs;
        }

        /** A listener whose name does not fit is not found, so its refusals are unknown. */
        void add(HeldListener record, boolean isOurs) {
            endNs = Math.max(endNs, record.takenNs());
            int maxNames = isOurs ? 2 * MAX_NAMES : MAX_NAMES;
            KernelSocket socket = record.socket();
            UnixPlace place =
                    UnixPlace.of(socket.local(), record.netns(), record.holder().mntns());
            if (place == null || (listeners.size() >= maxNames && !listeners.containsKey(place))) {
                return;
            }
            Map<Long, Listener> namesakes = new HashMap<>(at(place));
            Listener known = namesakes.get(socket.inode());
            if (known != null || namesakes.size() < MAX_NAMESAKES) {
                Listener listener = known == null ? new Listener(socket, List.of()) : known;
                namesakes.put(socket.inode(), listener.with(record.holder().tgid()));
                listeners.put(place, new Namesakes(place, Map.copyOf(namesakes)));
            }
        }

        private Map<Long, Listener> at(UnixPlace place) {
            Namesakes namesakes = listeners.get(place);
            return namesakes == null ? Map.of() : namesakes.byInode;
        }

        /** Returns an equal snapshot that shares memory with another one. */
        private Snapshot sharedWith(Snapshot other) {
            Snapshot shared = new Snapshot(beganNs);
            shared.endNs = endNs;
            listeners.forEach((place, namesakes) -> {
                Namesakes known = other.listeners.get(place);
                Namesakes kept = known != null && namesakes.equals(known) ? known : namesakes;
                shared.listeners.put(kept.place, kept);
            });
            return shared;
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

    /**
     * A socket for which a target has called listen().
     *
     * @param sinceNs when a target called it first; see {@link #sinceNs}
     * @param atNs when a target called it last
     */
    private record Opened(Listener listener, long sinceNs, long atNs) {
        long inode() {
            return listener.socket.inode();
        }
    }

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

    /** Adds a socket for which a target called listen() at {@code atNs}, perhaps again. */
    void add(UnixPlace place, KernelSocket socket, int tgid, long atNs) {
        Opened before = opened.get(place);
        long sinceNs = before != null && isOf(before, socket.inode()) ? before.sinceNs : atNs;
        opened.put(place, new Opened(new Listener(socket, List.of(tgid)), sinceNs, atNs));
    }

    /**
     * Adds a snapshot.
     *
     * @param nextDueNs when the next snapshot can be taken. Until then, the sockets of this one are assumed to listen,
     *     because otherwise all refusals would have to be kept in memory until the next snapshot
     */
    void add(Snapshot snapshot, long nextDueNs) {
        List<Snapshot> all = new ArrayList<>(taken.snapshots);
        all.add(all.isEmpty() ? snapshot : snapshot.sharedWith(all.get(all.size() - 1)));
        taken = new Taken(List.copyOf(all.subList(Math.max(0, all.size() - MAX_SNAPSHOTS), all.size())), nextDueNs);
    }

    /** Notes that a process has ended. Sockets that no other process held may have been closed. */
    void exited(int tgid, long atNs) {
        ends.exited(tgid, atNs);
    }

    /** Notes that a socket has been closed. {@code inode}: 0 if unknown. */
    void closed(long inode, long atNs) {
        ends.closed(inode, atNs);
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
        known.before.at(place).forEach((inode, listener) -> {
            boolean hasEnded = !known.latest.at(place).containsKey(inode);
            if (hasEnded && known.latest.beganNs >= atNs && !isOf(last, inode)) {
                candidates.add(new Candidate(listener.socket, known.before.beganNs, known.before.beganNs));
            }
        });
        boolean isReplaced = last != null && last.atNs > known.latest.beganNs;
        known.latest.at(place).forEach((inode, listener) -> {
            if (!isOf(last, inode)) {
                boolean isOlder = known.before.at(place).containsKey(inode);
                long sinceNs = isOlder ? known.before.beganNs : known.latest.beganNs;
                long untilNs = isReplaced ? known.latest.beganNs : listensUntil(known, listener, atNs);
                candidates.add(new Candidate(listener.socket, sinceNs, untilNs));
            }
        });
        if (last != null && sinceNs(last, place, known) <= atNs) {
            addOpened(candidates, last, place, known, atNs);
        }
        return candidates;
    }

    private static boolean isOf(@Nullable Opened last, long inode) {
        return last != null && last.inode() == inode;
    }

    /**
     * Returns until when a listener of the latest snapshot is known to listen. Not valid if another socket with this
     * name has called listen() since, because the listener may have ended before that.
     */
    private long listensUntil(History known, Listener listener, long atNs) {
        boolean lasts = atNs <= known.nextDueNs && !mayHaveEnded(listener, known.latest.beganNs);
        return lasts ? Math.max(known.latest.beganNs, atNs) : known.latest.beganNs;
    }

    /**
     * Returns when a socket is first known to have listened. If a snapshot that ended before the first known listen()
     * contains the socket, there was an earlier one, e.g. before a server inherited the socket.
     */
    private static long sinceNs(Opened last, UnixPlace place, History known) {
        for (Snapshot snapshot : List.of(known.before, known.latest)) {
            if (snapshot.endNs < last.sinceNs && snapshot.at(place).containsKey(last.inode())) {
                return snapshot.beganNs;
            }
        }
        return last.sinceNs;
    }

    private boolean mayHaveEnded(Listener listener, long sinceNs) {
        return ends.mayHaveEnded(listener.socket.inode(), listener.holders, sinceNs);
    }

    private void addOpened(List<Candidate> to, Opened last, UnixPlace place, History known, long atNs) {
        KernelSocket socket = last.listener.socket;
        long sinceNs = sinceNs(last, place, known);
        Listener shown = known.latest.at(place).get(socket.inode());
        if (shown != null) {
            to.add(new Candidate(socket, sinceNs, Math.max(last.atNs, listensUntil(known, shown, atNs))));
        } else if (last.atNs > known.latest.beganNs) {
            boolean lasts = atNs - last.atNs <= FRESH_NS && !mayHaveEnded(last.listener, last.atNs);
            to.add(new Candidate(socket, sinceNs, lasts ? Math.max(last.atNs, atNs) : last.atNs));
        } else if (known.latest.beganNs >= atNs) {
            boolean isOlder = known.before.at(place).containsKey(socket.inode());
            to.add(new Candidate(socket, sinceNs, isOlder ? Math.max(last.atNs, known.before.beganNs) : last.atNs));
        }
    }
}
