package accept4trace.diagnose;

import accept4trace.event.Backlog;
import accept4trace.event.KernelSocket;
import accept4trace.event.Refusal;
import accept4trace.queue.ListenerQueue;
import accept4trace.summary.Latency;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** Statistics of the listeners that are bound to one address; with SO_REUSEPORT, there can be several. */
final class ObservedListener {
    private static final int MAX_WORKERS = 4096;

    final KernelSocket socket;
    /** The inode of its network namespace. */
    final long netns;

    final Latency waits;
    /** By process id. */
    final Map<Integer, ObservedWorker> workers = new TreeMap<>();
    /** Counts the calls of all workers beyond MAX_WORKERS. */
    private final ObservedWorker others = new ObservedWorker();

    /** The number of known threads of all workers. */
    long threads;

    /** Whether the listener was used since it was last considered for eviction. */
    boolean used;

    private boolean forgotten;

    /** Sockets seen at this address. A socket that {@link Observations} forgets and sees again counts twice. */
    long sockets;

    boolean reusePort;
    long connections;
    long resets;
    /** Connections that were taken off the queue by calls that then failed. */
    long lost;
    /** Connections whose wait is unknown. */
    long unknownWaits;
    /** Connections that waited at least {@link SlowAccepts#SLOW_NS}. */
    long slow;
    /** Slow connections that arrived while the accepting thread was not waiting for connections. */
    long slowWhileBusy;

    /**
     * Connections whose handshake is known, except with TCP_DEFER_ACCEPT, where the handshake ends with the client's
     * data.
     */
    long handshakes;
    /** TCP connections whose handshake is unknown, except with TCP_DEFER_ACCEPT. */
    long unknownHandshakes;
    /** Connections that the server closed at once, without having used them. */
    long turnedAway;
    /** The connections in {@link #turnedAway} whose client had sent data. */
    long turnedAwayUnheard;
    /** Handshakes for which SYN-ACKs had to be sent again. */
    long lateHandshakes;

    final Stalls stalls = new Stalls();

    /** Negative if unknown. */
    long queueHigh = -1;

    long queueMax = -1;
    /** Whether the queue is known to have been full at some time. */
    boolean wasFull;

    long drops;
    /** Refused attempts to connect that were seen, and their packets. */
    long refused;

    long refusedPackets;
    /** See {@link accept4trace.event.Backlog#somaxconn}. Negative if unknown. */
    long somaxconn = -1;

    /** {@code socket}: any one of the listeners; used for its address. */
    ObservedListener(KernelSocket socket, long netns, Latency waits) {
        this.socket = socket;
        this.netns = netns;
        this.waits = waits;
    }

    /** {@code wasBusy}: whether the connection arrived while the accepting thread was not waiting for connections. */
    void addWait(long waitNs, boolean wasBusy) {
        waits.add(waitNs);
        boolean isSlow = waitNs >= SlowAccepts.SLOW_NS;
        slow += isSlow ? 1 : 0;
        slowWhileBusy += isSlow && wasBusy ? 1 : 0;
    }

    /** Adds the queue at a refusal, if it is known. */
    void addQueue(Refusal.@Nullable Queue full) {
        if (full != null) {
            addLength(full.waiting(), full.limit(), full.waiting() > full.limit());
        }
    }

    /** Adds the queue of a snapshot, if it is known. */
    void addQueue(ListenerQueue queue) {
        if (queue.waiting() >= 0) {
            addLength(queue.waiting(), queue.limit(), queue.waiting() > queue.limit());
        }
    }

    /**
     * Adds the queue after an accept. A full queue holds one connection more than its limit, and the accept has taken
     * one. So if the length equals the limit, the queue was full.
     */
    void addQueue(Backlog after) {
        addLength(after.length(), after.max(), after.length() >= after.max());
        somaxconn = after.somaxconn();
    }

    private void addLength(long length, long limit, boolean full) {
        queueHigh = Math.max(queueHigh, length);
        queueMax = limit;
        wasFull |= full;
    }

    /** Frees memory when the listener is evicted. */
    void forget() {
        forgotten = true;
        workers.clear();
        threads = 0;
        waits.release();
    }

    boolean isForgotten() {
        return forgotten;
    }

    ObservedWorker worker(int tgid) {
        ObservedWorker worker = workers.get(tgid);
        if (worker == null && workers.size() < MAX_WORKERS) {
            worker = new ObservedWorker();
            workers.put(tgid, worker);
        }
        return worker == null ? others : worker;
    }

    long sum(ToLongFunction<ObservedWorker> count) {
        return workers.values().stream().mapToLong(count).sum() + count.applyAsLong(others);
    }

    boolean isPolledExclusively() {
        return workers.values().stream().anyMatch(worker -> worker.exclusive);
    }

    boolean hasBlockingThreads() {
        return workers.values().stream().anyMatch(ObservedWorker::hasBlockingThreads);
    }

    /** Returns whether EPOLLEXCLUSIVE may be used: no epoll instance is known to use it, but some are unreadable. */
    boolean mayBePolledExclusively() {
        return !isPolledExclusively() && workers.values().stream().anyMatch(worker -> worker.unreadable);
    }
}
