package accept4trace.summary;

import accept4trace.event.AddressFamily;
import accept4trace.event.Backlog;
import accept4trace.event.Caller;
import accept4trace.event.Closing;
import accept4trace.event.Connection;
import accept4trace.event.KernelSocket;
import accept4trace.event.ListenerHolder;
import accept4trace.event.Protocol;
import accept4trace.event.Refusal;
import accept4trace.event.UnixRefusal;
import accept4trace.text.Units;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Counters of a listening socket, and its accept queue. */
public final class ListenerCount {
    /** Estimated use of the heap without the socket's address, in bytes. */
    static final int BYTES = 530 + Latency.MIN_BYTES + Owners.BYTES + Rows.ENTRY_BYTES;

    private static final int SOCK_STREAM = 1;

    private final Latency waits;
    private final Owners owners;
    private final @Nullable KernelSocket socket;
    private QueueNow now = QueueNow.UNKNOWN;
    private long netns;
    private long connections;
    private long queue = -1;
    private long queueHigh = -1;
    private long queueMax = -1;
    private long drops = -1;
    private long refused;
    private long refusedPackets;
    private long reset;

    /**
     * @param socket null for the row that sums up the listeners without a row of their own
     * @param netns 0 if unknown
     * @param histograms limits the memory for exact percentiles and for many owners
     */
    ListenerCount(@Nullable KernelSocket socket, long netns, Budget histograms) {
        this.socket = socket == null ? null : named(socket);
        this.netns = netns;
        this.waits = new Latency(histograms);
        this.owners = new Owners(histograms);
    }

    /** Creates the row that sums up the listeners without a row of their own. */
    static ListenerCount ofOthers() {
        return new ListenerCount(null, 0, new Budget(Long.MAX_VALUE));
    }

    /**
     * Names an AF_UNIX stream as Linux does since 5.15. Snapshots and refusals only have the name of the address
     * family, and the name of a row must not depend on which record came first.
     */
    private static KernelSocket named(KernelSocket socket) {
        Protocol protocol = socket.protocol();
        return protocol.family() == AddressFamily.UNIX.number() && protocol.type() == SOCK_STREAM
                ? new KernelSocket(
                        socket.inode(),
                        new Protocol(protocol.family(), SOCK_STREAM, protocol.number(), "UNIX-STREAM"),
                        socket.state(),
                        socket.local(),
                        socket.remote(),
                        socket.remoteInode())
                : socket;
    }

    void add(Connection connection, Backlog backlog, Caller caller) {
        connections++;
        if (connection.waitNs() >= 0) {
            waits.add(connection.waitNs());
        }
        if (backlog.length() >= 0) {
            queue = backlog.length();
            queueHigh = Math.max(queueHigh, backlog.length());
            queueMax = backlog.max();
        }
        owners.add(caller.tgid(), caller.processComm());
    }

    void addDrops(long count) {
        drops = count < 0 ? drops : Math.max(0, drops) + count;
    }

    /** {@code isNew}: whether the packet is the first of an attempt to connect. */
    void add(Refusal refusal, boolean isNew) {
        refused += isNew ? 1 : 0;
        refusedPackets++;
        add(refusal.queue());
    }

    void add(UnixRefusal refusal) {
        refused++;
        add(refusal.queue());
    }

    private void add(Refusal.@Nullable Queue full) {
        if (full != null && socket != null) {
            queueHigh = Math.max(queueHigh, full.waiting());
            queueMax = full.limit();
        }
    }

    void add(Closing closing) {
        reset += closing.discarded().reset();
    }

    /**
     * Sets the accept queue of the latest snapshot. In the row of {@link #ofOthers}, adds the queue to those that are
     * already set.
     *
     * @param holders the traced processes that hold the socket
     */
    void setNow(QueueNow state, long ofNetns, List<ListenerHolder> holders) {
        if (socket == null) {
            now = new QueueNow(Math.max(0, now.waiting()) + Math.max(0, state.waiting()), -1, -1, false);
            return;
        }
        now = state;
        netns = ofNetns;
        queueHigh = Math.max(queueHigh, state.waiting());
        queueMax = state.limit() < 0 ? queueMax : state.limit();
        if (connections == 0) {
            owners.addHolders(holders);
        }
    }

    void clearNow() {
        now = QueueNow.UNKNOWN;
    }

    /**
     * Returns the age of the oldest waiting connection of a stalled listener; 0 if the age is unknown, -1 if the
     * listener is not stalled. A listener is stalled if a connection has waited for a second, or if a connection waits
     * and none has been accepted at all.
     */
    public long stalledNs() {
        boolean stalled = now.waiting() > 0 && (now.oldestNs() >= Units.SECOND_NS || connections == 0);
        return stalled ? Math.max(0, now.oldestNs()) : -1;
    }

    /** Returns the socket. Must not be called for the row of {@link #ofOthers}. */
    public KernelSocket socket() {
        return Objects.requireNonNull(socket);
    }

    /** Returns the inode of the network namespace; 0 if unknown. */
    public long netns() {
        return netns;
    }

    public Latency waits() {
        return waits;
    }

    /** Returns the processes that have accepted from the socket; if nobody has, those that hold it. */
    public Owners owners() {
        return owners;
    }

    public long connections() {
        return connections;
    }

    /** Returns the accept queue of the latest snapshot. */
    public QueueNow now() {
        return now;
    }

    /**
     * Returns the queue length after the last accept. Negative if unknown, like {@link #queueHigh}, {@link #queueMax}
     * and {@link #drops}.
     */
    public long queue() {
        return queue;
    }

    /** Returns the length of the longest queue seen after an accept, at a refusal or in a snapshot. */
    public long queueHigh() {
        return queueHigh;
    }

    public long queueMax() {
        return queueMax;
    }

    public long drops() {
        return drops;
    }

    /** Returns the number of refused attempts to connect that were seen; see {@link Statistics#refusals}. */
    public long refused() {
        return refused;
    }

    /** Returns the number of packets of the refused attempts; 0 for AF_UNIX, whose attempts have no packets. */
    public long refusedPackets() {
        return refusedPackets;
    }

    /** Returns how many connections the kernel reset when the socket was closed; see {@link Statistics#closings}. */
    public long reset() {
        return reset;
    }
}
