package accept4trace.summary;

import accept4trace.event.AcceptEvent;
import accept4trace.event.KernelSocket;
import accept4trace.event.RelatedCall;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/** What many calls come to. Its size is bounded whatever comes: of most kinds only so many are told apart. */
public final class Statistics {
    /** More peers than these are counted together. */
    public static final int MOST_PEERS = 65_536;

    private static final int MOST_LISTENERS = 4096;
    private static final int MOST_WORKERS = 65_536;
    private static final int MOST_FLAGS = 64;
    private static final int EAGAIN = 11;

    private final Map<String, CallCount> calls = new TreeMap<>();
    private final Map<Integer, Long> errors = new TreeMap<>();
    private final Map<Peer, PeerCount> peers = new HashMap<>();
    private final Map<Listener, ListenerCount> listeners = new HashMap<>();
    private final Map<Integer, WorkerCount> workers = new HashMap<>();
    private final Map<Integer, Long> flags = new TreeMap<>();
    private final Latency waits = new Latency();
    private long connections;
    private long otherPeers;

    /** Of one system call. */
    public static final class CallCount {
        private final Latency durations = new Latency();
        private long calls;
        private long errors;

        public long calls() {
            return calls;
        }

        /** Of those whose beginning was seen. */
        public Latency durations() {
            return durations;
        }

        public long errors() {
            return errors;
        }
    }

    /** Of one peer; times are CLOCK_MONOTONIC. */
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

    /** Of what is bound to one address; queues are those seen right after an accept. */
    public static final class ListenerCount {
        private final Latency waits = new Latency();
        private final KernelSocket socket;
        private long connections;
        private long queue;
        private long queueHigh;
        private long queueMax;
        private long drops;

        ListenerCount(KernelSocket socket) {
            this.socket = socket;
        }

        /** One of them, for its name. */
        public KernelSocket socket() {
            return socket;
        }

        public Latency waits() {
            return waits;
        }

        public long connections() {
            return connections;
        }

        public long queue() {
            return queue;
        }

        public long queueHigh() {
            return queueHigh;
        }

        public long queueMax() {
            return queueMax;
        }

        public long drops() {
            return drops;
        }
    }

    /** Of one process. */
    public static final class WorkerCount {
        private byte[] comm = {};
        private long calls;
        private long connections;
        private long eagain;

        public byte[] comm() {
            return comm;
        }

        public long calls() {
            return calls;
        }

        public long connections() {
            return connections;
        }

        /** Calls that found nobody waiting. */
        public long eagain() {
            return eagain;
        }
    }

    public void add(AcceptEvent event) {
        CallCount count = count(event.syscall(), event.isError());
        if (event.hasDuration()) {
            count.durations.add(event.durationNs());
        }
        WorkerCount worker = workers.size() < MOST_WORKERS
                ? workers.computeIfAbsent(event.tgid(), tgid -> new WorkerCount())
                : workers.getOrDefault(event.tgid(), new WorkerCount());
        worker.comm = event.processComm();
        worker.calls++;
        if (event.isError()) {
            errors.merge((int) -event.ret(), 1L, Long::sum);
            worker.eagain += event.ret() == -EAGAIN ? 1 : 0;
        }
        if (!event.failed()) {
            worker.connections++;
            connection(event);
        }
        if (event.hasFlags()
                && event.via() == null
                && (flags.size() < MOST_FLAGS || flags.containsKey(event.socketFlags()))) {
            flags.merge(event.socketFlags(), 1L, Long::sum);
        }
    }

    public void add(RelatedCall call) {
        CallCount count = count(call.syscall(), call.isError());
        if (call.hasDuration()) {
            count.durations.add(call.durationNs());
        }
    }

    private CallCount count(String syscall, boolean error) {
        CallCount count = calls.computeIfAbsent(syscall, name -> new CallCount());
        count.calls++;
        count.errors += error ? 1 : 0;
        return count;
    }

    private void connection(AcceptEvent event) {
        connections++;
        if (event.waitNs() >= 0) {
            waits.add(event.waitNs());
        }
        if (event.accepted() != null) {
            peer(Peer.of(event), event.exitNs());
        }
        if (event.listener() != null) {
            listener(event);
        }
    }

    private void peer(Peer peer, long nowNs) {
        PeerCount count = peers.get(peer);
        if (count == null && peers.size() >= MOST_PEERS) {
            otherPeers++;
            return;
        }
        if (count == null) {
            count = new PeerCount();
            count.firstNs = nowNs;
            peers.put(peer, count);
        }
        count.connections++;
        count.lastNs = nowNs;
    }

    private void listener(AcceptEvent event) {
        Listener key = Listener.of(event.listener());
        if (listeners.size() >= MOST_LISTENERS && !listeners.containsKey(key)) {
            return;
        }
        ListenerCount count = listeners.computeIfAbsent(key, other -> new ListenerCount(event.listener()));
        count.connections++;
        count.drops += event.drops();
        if (event.waitNs() >= 0) {
            count.waits.add(event.waitNs());
        }
        if (event.queueLength() >= 0) {
            count.queue = event.queueLength();
            count.queueHigh = Math.max(count.queueHigh, event.queueLength());
            count.queueMax = event.queueMax();
        }
    }

    /** By name of the system call. */
    public Map<String, CallCount> calls() {
        return calls;
    }

    /** How often, by number of the error. */
    public Map<Integer, Long> errors() {
        return errors;
    }

    public Map<Peer, PeerCount> peers() {
        return peers;
    }

    /** Connections of those that were too many to be told apart. */
    public long otherPeers() {
        return otherPeers;
    }

    public Map<Listener, ListenerCount> listeners() {
        return listeners;
    }

    /** By process id. */
    public Map<Integer, WorkerCount> workers() {
        return workers;
    }

    /** How often, by accept4's fourth argument. */
    public Map<Integer, Long> flags() {
        return flags;
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

    public long errorCount() {
        return calls.values().stream().mapToLong(call -> call.errors).sum();
    }
}
