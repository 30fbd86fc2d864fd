package accept4trace.queue;

import accept4trace.event.HeldListener;
import accept4trace.event.KernelSocket;
import accept4trace.event.ListenerHolder;
import accept4trace.event.WaitingConnection;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A listening socket, its accept queue, and the processes that hold it. */
public final class ListenerQueue {
    /** Maximum number of stored holders. Further holders are only counted. */
    static final int MAX_HOLDERS = 64;

    private final HeldListener first;
    private final List<ListenerHolder> holders = new ArrayList<>();
    private long holderCount;
    private List<WaitingConnection> longest;

    /** Connections that were read, whether they are selected or not. */
    private final int examined;

    /**
     * Creates a queue without holders.
     *
     * @param first a record of the socket, with only the selected connections
     * @param examined number of connections that were read, whether they are selected or not
     * @param connections maximum number of connections to keep
     */
    ListenerQueue(HeldListener first, int examined, int connections) {
        this.examined = examined;
        this.first = first;
        this.longest = first.longest().size() <= connections
                ? first.longest()
                : List.copyOf(first.longest().subList(0, connections));
    }

    void add(ListenerHolder holder) {
        holderCount++;
        if (holders.size() < MAX_HOLDERS) {
            holders.add(holder);
        }
    }

    public KernelSocket socket() {
        return first.socket();
    }

    /** Returns the inode of the network namespace. */
    public long netns() {
        return first.netns();
    }

    /** Returns the CLOCK_MONOTONIC time at which the queue was read, in nanoseconds. */
    public long takenNs() {
        return first.takenNs();
    }

    /** Returns the number of connections in the queue; -1 if unknown. */
    public long waiting() {
        return first.lengths().waiting();
    }

    /** Returns the number of connections above which the queue is full. */
    public long limit() {
        return first.lengths().limit();
    }

    /** Returns the number of connections whose handshake is not complete; -1 if unknown. */
    public long halfOpen() {
        return first.lengths().halfOpen();
    }

    /** Returns whether TCP_DEFER_ACCEPT keeps connections {@link #halfOpen} until the client sends something. */
    public boolean defers() {
        return first.lengths().defers();
    }

    /** Returns the connections that have waited the longest, in the order of the queue. */
    public List<WaitingConnection> longest() {
        return Collections.unmodifiableList(longest);
    }

    /** Returns at most {@link #MAX_HOLDERS} holders: one element for each descriptor that refers to the socket. */
    public List<ListenerHolder> holders() {
        return Collections.unmodifiableList(holders);
    }

    public long holderCount() {
        return holderCount;
    }

    /** Returns the connection that has waited the longest; null if no connection has a known age. */
    public @Nullable WaitingConnection oldest() {
        WaitingConnection oldest = null;
        for (WaitingConnection connection : longest) {
            if (connection.ageNs() >= 0 && (oldest == null || connection.ageNs() > oldest.ageNs())) {
                oldest = connection;
            }
        }
        return oldest;
    }

    /** Returns the age of the {@link #oldest} connection in nanoseconds; -1 if there is none. */
    public long oldestNs() {
        WaitingConnection oldest = oldest();
        return oldest == null ? -1 : oldest.ageNs();
    }

    /**
     * Returns whether a connection may have waited for {@code limitNs} although none is known to have. An AF_UNIX
     * connection whose age is still unknown after two snapshots does not count: the earlier snapshot had another first
     * connection or none, so the queue is not stuck.
     */
    public boolean mayHaveWaited(long limitNs) {
        WaitingConnection oldest = oldest();
        return oldestNs() < limitNs && (isUnknown() || (oldest != null && oldest.atLeast()));
    }

    /** Returns whether it is unknown if a connection waits, or since when. */
    public boolean isUnknown() {
        return waiting() < 0 || (longest.isEmpty() && waiting() > examined);
    }

    /** Returns whether the age of the first connection is unknown; false if there is none. */
    boolean hasUnknownAge() {
        return !longest.isEmpty() && longest.get(0).ageNs() < 0;
    }

    /** Returns whether the connection that will be accepted next was also the next one in {@code earlier}. */
    boolean hasHeadOf(ListenerQueue earlier) {
        return !longest.isEmpty()
                && !earlier.longest.isEmpty()
                && longest.get(0).isSame(takenNs(), earlier.longest.get(0), earlier.takenNs());
    }

    /** If the first connection was also the first in {@code earlier}, it has waited at least since then. */
    void compareWith(ListenerQueue earlier) {
        if (hasHeadOf(earlier)) {
            headHasWaitedAtLeast(takenNs() - earlier.takenNs());
        }
    }

    /** Sets a lower bound for the age of the first connection, if its age is unknown. */
    void headHasWaitedAtLeast(long ns) {
        if (hasUnknownAge()) {
            longest = new ArrayList<>(longest);
            longest.set(0, longest.get(0).waitedAtLeast(ns));
        }
    }
}
