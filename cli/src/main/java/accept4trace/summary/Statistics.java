package accept4trace.summary;

import accept4trace.event.AcceptCall;
import accept4trace.event.Call;
import accept4trace.event.Closing;
import accept4trace.event.Connection;
import accept4trace.event.FamilyCoverage;
import accept4trace.event.KernelSocket;
import accept4trace.event.ListenerFd;
import accept4trace.event.ListenerHolder;
import accept4trace.event.Refusal;
import accept4trace.event.SystemCall;
import accept4trace.event.UnixRefusal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Statistics of many calls. Heap is bounded: keys that a table has no room for are counted together, as others.
 */
public final class Statistics {
    /** Maximum heap for a whole run, in bytes. */
    public static final long RUN_BYTES = 8 << 20;

    /** Maximum heap for an interval, in bytes. */
    public static final long INTERVAL_BYTES = 2 << 20;

    /** Estimated heap of a peer's row without its key, in bytes. */
    private static final int PEER_BYTES = 40 + Rows.ENTRY_BYTES;

    private static final int MAX_FLAGS = 64;
    private static final int MAX_ERRORS = 256;

    private final Map<SystemCall, CallCount> calls = new TreeMap<>(SystemCall.BY_NAME);
    private final Rows<Peer, PeerCount> peers;
    private final Rows<ListeningSocket, ListenerCount> listeners;
    private final Rows<Integer, WorkerCount> workers;
    private final Map<Integer, Long> flags = new TreeMap<>();
    private final Latency waits = new Latency();
    private final Budget histograms;
    private long connections;
    private long flagged;
    private @Nullable String unknownQueues;
    private FamilyCoverage refusals = FamilyCoverage.NONE;
    private FamilyCoverage closings = FamilyCoverage.NONE;

    public Statistics() {
        this(RUN_BYTES);
    }

    /**
     * @param bytes maximum heap of the tables
     */
    public Statistics(long bytes) {
        peers = new Rows<>(bytes / 2, new PeerCount());
        listeners = new Rows<>(bytes / 4, ListenerCount.ofOthers());
        workers = new Rows<>(bytes / 8, new WorkerCount());
        histograms = new Budget(bytes / 8);
    }

    /** Counters of one system call. */
    public static final class CallCount {
        private final Latency durations = new Latency();
        private final Map<Integer, Long> byError = new TreeMap<>();
        private long calls;
        private long errors;
        private long empty;

        private void add(Call call) {
            calls++;
            if (call.hasDuration()) {
                durations.add(call.durationNs());
            }
            if (call instanceof AcceptCall accept && accept.isEmpty()) {
                empty++;
            } else if (call.failed()) {
                errors++;
                addError((int) -call.span().ret());
            }
        }

        private void addError(int errno) {
            if (byError.size() < MAX_ERRORS || byError.containsKey(errno)) {
                byError.merge(errno, 1L, Long::sum);
            }
        }

        public long calls() {
            return calls;
        }

        /** Returns the durations that are known exactly. */
        public Latency durations() {
            return durations;
        }

        /** Returns the number of failed calls, except those in {@link #empty}. */
        public long errors() {
            return errors;
        }

        /** Returns the number of accepts that found no connection; see {@link AcceptCall#isEmpty}. */
        public long empty() {
            return empty;
        }
    }

    /**
     * Counters of one error.
     *
     * @param calls calls that failed with this error
     * @param of all calls, including successful ones, of the system calls that have failed with this error
     */
    public record ErrorCount(long calls, long of) {}

    /** Counters of one peer. Times are CLOCK_MONOTONIC. */
    public static final class PeerCount {
        private long connections;
        private long firstNs;
        private long lastNs;

        public long connections() {
            return connections;
        }

        public long firstNs() {
            return firstNs;
        }

        public long lastNs() {
            return lastNs;
        }
    }

    public void add(Call call) {
        calls.computeIfAbsent(call.syscall(), key -> new CallCount()).add(call);
        WorkerCount worker = worker(call.caller().tgid());
        worker.setComm(call.caller().processComm());
        if (call instanceof AcceptCall accept) {
            add(accept, worker);
        }
    }

    /** {@code isNew}: whether the packet is the first of an attempt to connect. */
    public void add(Refusal refusal, boolean isNew) {
        listener(refusal.listener(), refusal.netns()).add(refusal, isNew);
    }

    public void add(UnixRefusal refusal) {
        listener(refusal.listener(), refusal.netns()).add(refusal);
    }

    /** Ignores a closing without resets, so that a listener that had no connections gets no row. */
    public void add(Closing closing) {
        if (closing.discarded().reset() > 0) {
            listener(closing.listener()).add(closing);
        }
    }

    private void add(AcceptCall call, WorkerCount worker) {
        worker.add(call, workers::hasRoom);
        if (call.isConnection()) {
            connection(call);
        }
        long drops = call.listener().backlog().drops();
        /* A failed accept can report drops, too, if it took a connection off the queue. */
        if (call.listener().socket() != null && (!call.failed() || drops > 0)) {
            listener(call.listener()).addDrops(drops);
        }
        if (call.hasFlags()) {
            flags(call.arguments().flags());
        }
    }

    private WorkerCount worker(int tgid) {
        return workers.row(tgid, WorkerCount.BYTES, WorkerCount::new);
    }

    private void flags(int value) {
        flagged++;
        if (flags.size() < MAX_FLAGS || flags.containsKey(value)) {
            flags.merge(value, 1L, Long::sum);
        }
    }

    private void connection(AcceptCall call) {
        Connection connection = call.connection();
        connections++;
        if (connection.waitNs() >= 0) {
            waits.add(connection.waitNs());
        }
        if (connection.socket() != null) {
            peer(Peer.of(connection), call.span().exitNs());
        }
        if (call.listener().socket() != null) {
            listener(call.listener()).add(connection, call.listener().backlog(), call.caller());
        }
    }

    private void peer(Peer peer, long nowNs) {
        PeerCount count = peers.row(peer, PEER_BYTES + peer.heapBytes(), PeerCount::new);
        count.firstNs = count.connections == 0 ? nowNs : count.firstNs;
        count.connections++;
        count.lastNs = nowNs;
    }

    private ListenerCount listener(ListenerFd listener) {
        return listener(listener.requireSocket(), listener.netns());
    }

    private ListenerCount listener(KernelSocket socket, long netns) {
        int bytes = ListenerCount.BYTES + socket.local().nameBytes();
        return listeners.row(
                ListeningSocket.of(socket, netns), bytes, () -> new ListenerCount(socket, netns, histograms));
    }

    /**
     * Adds the accept queue of a listener in the latest snapshot. A listener without a row gets one only if a
     * connection waits.
     *
     * @param holders the traced processes that hold the socket
     */
    public void setQueue(KernelSocket socket, long netns, QueueNow now, List<ListenerHolder> holders) {
        if (now.waiting() > 0 || listeners.rows().containsKey(ListeningSocket.of(socket, netns))) {
            listener(socket, netns).setNow(now, netns, holders);
        }
    }

    /** Forgets the queues of the latest snapshot, before those of the next one are added. */
    public void clearQueues() {
        listeners.rows().values().forEach(ListenerCount::clearNow);
        listeners.others().clearNow();
    }

    /** {@code why}: why no queue of the latest snapshot is known. */
    public void setUnknownQueues(String why) {
        unknownQueues = why;
    }

    /** Returns why no queue of the latest snapshot is known; null if they are known or were not asked for. */
    public @Nullable String unknownQueues() {
        return unknownQueues;
    }

    public void setRefusals(FamilyCoverage seen) {
        refusals = seen;
    }

    public void setClosings(FamilyCoverage seen) {
        closings = seen;
    }

    /** Returns which of the resets by closed listeners are counted. */
    public FamilyCoverage closings() {
        return closings;
    }

    /** Returns which refused connections are counted. */
    public FamilyCoverage refusals() {
        return refusals;
    }

    /** Returns the counters by system call, sorted by name. */
    public Map<SystemCall, CallCount> calls() {
        return calls;
    }

    /** Returns the counters by errno, in ascending order, without accepts that found no connection. */
    public Map<Integer, ErrorCount> errors() {
        Map<Integer, ErrorCount> errors = new TreeMap<>();
        for (CallCount call : calls.values()) {
            call.byError.forEach((errno, count) -> errors.merge(
                    errno,
                    new ErrorCount(count, call.calls),
                    (a, b) -> new ErrorCount(a.calls + b.calls, a.of + b.of)));
        }
        return errors;
    }

    public Map<Peer, PeerCount> peers() {
        return peers.rows();
    }

    /** Returns the counters of all peers that the table had no room for. */
    public PeerCount otherPeers() {
        return peers.others();
    }

    public Map<ListeningSocket, ListenerCount> listeners() {
        return listeners.rows();
    }

    /** Returns the counters of all listeners that the table had no room for. */
    public ListenerCount otherListeners() {
        return listeners.others();
    }

    /** Returns the counters by process id, including processes without accepts. */
    public Map<Integer, WorkerCount> workers() {
        return workers.rows();
    }

    /**
     * Returns a row for each process that accepts, or a row for each of its threads if several accept; see {@link
     * Worker}.
     */
    public List<Worker> acceptors() {
        List<Worker> rows = new ArrayList<>();
        workers.rows().forEach((tgid, worker) -> rows.addAll(worker.rows(tgid)));
        return rows;
    }

    public boolean hasOtherWorkers() {
        return workers.isFull();
    }

    /** Returns the counters of all processes that the table had no room for. */
    public WorkerCount otherWorkers() {
        return workers.others();
    }

    /** Returns the number of calls for each value of the flags argument of accept4. */
    public Map<Integer, Long> flags() {
        return flags;
    }

    /** Returns the number of calls with a flags argument. */
    public long flagged() {
        return flagged;
    }

    public Latency waits() {
        return waits;
    }

    public long connections() {
        return connections;
    }

    public long callCount() {
        return calls.values().stream().mapToLong(call -> call.calls).sum();
    }

    /** Returns the number of accepts that found no connection. They are not among the errors. */
    public long emptyCount() {
        return calls.values().stream().mapToLong(call -> call.empty).sum();
    }

    public long errorCount() {
        return calls.values().stream().mapToLong(call -> call.errors).sum();
    }
}
