package accept4trace.diagnose;

import accept4trace.bounded.BoundedMap;
import accept4trace.event.AcceptCall;
import accept4trace.event.Backlog;
import accept4trace.event.Call;
import accept4trace.event.Closing;
import accept4trace.event.Connection;
import accept4trace.event.Endpoint.Ip;
import accept4trace.event.FamilyCoverage;
import accept4trace.event.KernelSocket;
import accept4trace.event.ListenerFd;
import accept4trace.event.Refusal;
import accept4trace.event.RelatedCall;
import accept4trace.event.TurnedAway;
import accept4trace.event.UnixRefusal;
import accept4trace.event.Via;
import accept4trace.queue.QueueReport;
import accept4trace.queue.QueueState;
import accept4trace.text.Errno;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Statistics of the calls of a run, by listener and by process. Memory is bounded: the least recently seen listeners
 * and processes are evicted and counted.
 */
final class Observations {
    /** About 340 bytes each. */
    private static final int MAX_PROCESSES = 4096;
    /** About 150 bytes each. */
    private static final int MAX_THREADS = 8192;
    /** About 100 bytes each. */
    private static final int MAX_SOCKETS = 4096;

    private static final int EPOLLEXCLUSIVE = 1 << 28;

    private final ServerFacts facts;
    private final boolean utf8;
    private final AcceptedSockets accepted;
    private final ObservedListeners listeners = new ObservedListeners();
    private final ObservedClosings closings = new ObservedClosings();
    /** By inode. */
    private final BoundedMap<Long, ObservedSocket> sockets = new BoundedMap<>(MAX_SOCKETS);

    private final QueueTimes queueTimes = new QueueTimes();
    private final AcceptorTimes acceptorTimes = new AcceptorTimes();
    private final ConnectionsSince connectionsSince = new ConnectionsSince();
    private final WaitingWorkers waitingWorkers = new WaitingWorkers();
    private final BoundedMap<Integer, ObservedProcess> processes = new BoundedMap<>(MAX_PROCESSES);
    private final Map<Integer, ObservedThread> threads = new BoundedMap<>(MAX_THREADS);

    private long wakeUps;
    private long emptyWakeUps;
    /** Calls, in all processes, that failed because the machine's limit on open files was reached. */
    private long enfile;

    private FamilyCoverage refusals = FamilyCoverage.NONE;
    private long machineFileLimit = ServerFacts.UNKNOWN;
    /** What the snapshots show; set at the end. */
    private QueueReport queues = QueueReport.NONE;

    Observations(ServerFacts facts, boolean utf8) {
        this.facts = facts;
        this.utf8 = utf8;
        this.accepted = new AcceptedSockets(facts);
    }

    /** Ignores a listener whose connections waited because of a limit on open files, which has a finding of its own. */
    void add(Closing closing) {
        long inode = closing.listener().requireSocket().inode();
        if (!lackFiles(inode, List.of(closing.caller().tgid()))) {
            closings.add(closing);
        }
    }

    ObservedClosings closings() {
        return closings;
    }

    void add(Call call) {
        call.visit(this::addAccept, this::addWait);
    }

    void add(TurnedAway connection) {
        ObservedSocket socket = sockets.get(connection.listenerInode());
        if (socket != null) {
            socket.listener.turnedAway++;
            socket.listener.turnedAwayUnheard += connection.unread() > 0 ? 1 : 0;
        }
    }

    void setRefusals(FamilyCoverage seen) {
        refusals = seen;
    }

    void add(Refusal refusal, boolean isNew) {
        ObservedListener listener = listeners.of(refusal.listener(), refusal.netns());
        listener.used = true;
        listener.refused += isNew ? 1 : 0;
        listener.refusedPackets++;
        listener.addQueue(refusal.queue());
    }

    void add(UnixRefusal refusal) {
        ObservedListener listener = listeners.of(refusal.listener(), refusal.netns());
        listener.used = true;
        listener.refused++;
        listener.addQueue(refusal.queue());
    }

    /** Returns which refused connections were seen. */
    FamilyCoverage refusals() {
        return refusals;
    }

    /** Adds a call such as poll that found a listener ready. Ignores bind and listen. */
    private void addWait(RelatedCall call) {
        ListenerFd fd = call.listener();
        if (call.ready() == 0 || fd.socket() == null) {
            return;
        }
        int tgid = call.caller().tgid();
        wakeUps++;
        thread(call.caller().tid()).add(call);
        process(tgid).comm = call.caller().processComm();
        ObservedSocket socket = socket(fd);
        socket.addWait(call);
        ObservedListener listener = socket.listener;
        ObservedWorker worker = listeners.worker(listener, tgid);
        listeners.addWait(listener, worker, call);
        if (!worker.inspected && call.epollFd() != RelatedCall.NO_FD) {
            worker.inspected = true;
            int events = facts.watchedEvents(tgid, call.epollFd(), fd.socket().inode());
            worker.unreadable = events == ServerFacts.UNKNOWN || (events == 0 && !facts.isReadable(tgid));
            worker.exclusive = events != ServerFacts.UNKNOWN && (events & EPOLLEXCLUSIVE) != 0;
        }
    }

    private void addAccept(AcceptCall call) {
        ObservedThread thread = call.isNative() ? threads.get(call.caller().tid()) : null;
        if (call.via() != Via.KERNEL) {
            addToProcess(call, thread);
        }
        if (call.listener().socket() != null) {
            addToListener(call, thread);
        }
        if (thread != null) {
            thread.endWakeUp();
        }
    }

    /** {@code thread}: null if unknown. */
    private void addToProcess(AcceptCall call, @Nullable ObservedThread thread) {
        ObservedProcess process = process(call.caller().tgid());
        process.comm = call.caller().processComm();
        process.calls++;
        process.files.add(call);
        process.spinning += isSpin(call, thread) ? 1 : 0;
        if (call.failed()) {
            addError(process, call);
        }
        if (!call.isConnection()) {
            return;
        }
        process.connections++;
        process.byIoUring += call.via() == Via.IO_URING ? 1 : 0;
        if (call.isNative()) {
            accepted.add(call, thread != null && thread.hasWaited() ? thread : null, process);
        }
    }

    /**
     * Returns whether a thread repeats an accept that finds no connection. The listener must be the same, because a
     * thread may try several listeners in turn.
     */
    private boolean isSpin(AcceptCall call, @Nullable ObservedThread thread) {
        if (call.isEmpty()) {
            return thread(call.caller().tid()).addEmptyAccept(call);
        }
        if (thread != null) {
            thread.addSuccessfulAccept();
        }
        return false;
    }

    /** Reads each limit only once, even if that fails, because calls can fail thousands of times a second. */
    private void addError(ObservedProcess process, AcceptCall call) {
        if (call.span().ret() == -Errno.EMFILE) {
            process.emfile++;
            if (process.emfile == 1) {
                process.openFileLimit = facts.openFileLimit(call.caller().tgid());
            }
        }
        if (call.span().ret() == -Errno.ENFILE) {
            process.enfile++;
            enfile++;
            if (enfile == 1) {
                machineFileLimit = facts.machineFileLimit();
            }
        }
    }

    private void addToListener(AcceptCall call, @Nullable ObservedThread thread) {
        ObservedSocket socket = socket(call.listener());
        ObservedListener listener = socket.listener;
        ObservedWorker worker = listeners.worker(listener, call.caller().tgid());
        listeners.addAccept(listener, worker, call);
        listener.reusePort |= call.listener().reusePort();
        listener.lost += call.lostConnection() ? 1 : 0;
        listener.drops += Math.max(0, call.listener().backlog().drops());
        socket.addResult(call);
        if (thread != null && thread.wasWokenFor(call)) {
            worker.wakeUps++;
            worker.emptyWakeUps += call.isEmpty() ? 1 : 0;
            emptyWakeUps += call.isEmpty() ? 1 : 0;
        }
        if (call.isConnection()) {
            worker.connections++;
            addConnection(socket, call, thread);
        }
    }

    private void addConnection(ObservedSocket socket, AcceptCall call, @Nullable ObservedThread thread) {
        ObservedListener listener = socket.listener;
        Connection connection = call.connection();
        Backlog backlog = call.listener().backlog();
        listener.connections++;
        listener.resets += connection.socket() != null && connection.socket().isReset() ? 1 : 0;
        if (!backlog.defers() && listener.socket.local() instanceof Ip) {
            addHandshake(listener, connection.handshake().synacks());
        }
        queueTimes.add(socket, processes.get(call.caller().tgid()), call, thread);
        if (backlog.length() >= 0) {
            listener.addQueue(backlog);
        }
    }

    /** {@code synacks}: SYN-ACKs that were sent again; negative if unknown. */
    private static void addHandshake(ObservedListener listener, long synacks) {
        listener.handshakes += synacks >= 0 ? 1 : 0;
        listener.unknownHandshakes += synacks < 0 ? 1 : 0;
        listener.lateHandshakes += synacks > 0 ? 1 : 0;
    }

    /** {@code fd} must be a socket. */
    private ObservedSocket socket(ListenerFd fd) {
        KernelSocket socket = fd.requireSocket();
        ObservedSocket known = sockets.get(socket.inode());
        if (known == null || known.listener.isForgotten()) {
            known = new ObservedSocket(listeners.of(socket, fd.netns()));
            known.listener.sockets++;
            sockets.put(socket.inode(), known);
        }
        known.listener.used = true;
        return known;
    }

    private ObservedThread thread(int tid) {
        return threads.computeIfAbsent(tid, key -> new ObservedThread());
    }

    private ObservedProcess process(int tgid) {
        return processes.computeIfAbsent(tgid, key -> new ObservedProcess());
    }

    long remainingNs(long nowNs) {
        return accepted.remainingNs(nowNs);
    }

    /** Called during the run when {@link #remainingNs} is 0. */
    void inspect(long nowNs) {
        accepted.inspect(nowNs);
    }

    void inspectLast(long nowNs) {
        accepted.inspectLast(nowNs);
    }

    void skip() {
        queueTimes.skip();
        acceptorTimes.skip();
    }

    /** Adds a snapshot of the run. */
    void addSnapshot(QueueReport report) {
        listeners.addLengths(report.queues());
        connectionsSince.add(report.queues(), this::listenerOf);
        waitingWorkers.add(report);
        report.queues().forEach(queueTimes::add);
        acceptorTimes.add(report, sockets);
    }

    /**
     * Returns how many connections were accepted at the address of a socket after the first snapshot that showed the
     * socket, except for those that already waited in that snapshot. While some of those still wait, the result is too
     * low, and may be negative. Also negative if the number is unknown.
     */
    long connectionsSince(QueueState state, ObservedListener listener) {
        return listeners.forgotten() > 0 ? -1 : connectionsSince.count(state, listener);
    }

    /** Returns the listener at the address of a socket; null if nobody has accepted from it or waited for it. */
    @Nullable
    ObservedListener listenerOf(QueueState state) {
        return listeners.find(state.queue().socket(), state.queue().netns());
    }

    /** Returns the sockets by inode; null if some were evicted. */
    @Nullable
    Map<Long, ObservedSocket> allSockets() {
        return sockets.evictions() > 0 ? null : sockets;
    }

    /** See {@link AcceptorTimes#longest}. Also null if sockets were evicted. */
    @Nullable
    AcceptorTime acceptorTime(ObservedListener listener) {
        return sockets.evictions() > 0 ? null : AcceptorTimes.longest(sockets.values(), listener);
    }

    /** Returns when a worker waited for connections according to the snapshots. {@code tid}: 0 for any thread. */
    Presence waitingPresence(ObservedListener listener, int tgid, int tid) {
        return waitingWorkers.of(sockets, listener, tgid, tid);
    }

    void setQueues(QueueReport report) {
        queues = report;
        listeners.addLengths(report.queues());
    }

    QueueReport queues() {
        return queues;
    }

    ServerFacts facts() {
        return facts;
    }

    boolean utf8() {
        return utf8;
    }

    /** Returns the socket; null if it was evicted, or if nobody has accepted from it or waited for it. */
    @Nullable
    ObservedSocket socketOf(QueueState state) {
        return sockets.get(state.queue().socket().inode());
    }

    /** Returns whether a limit on open files keeps connections in the queue of a socket that these processes hold. */
    boolean lackFiles(long inode, Collection<Integer> holders) {
        ObservedSocket socket = sockets.get(inode);
        return (socket != null && socket.files.lasts())
                || holders.stream().map(processes::get).anyMatch(process -> process != null && process.files.lasts());
    }

    Collection<ObservedListener> listeners() {
        return listeners.all();
    }

    /** Returns how many listeners were evicted. */
    long forgottenListeners() {
        return listeners.forgotten();
    }

    /** Returns how many processes were evicted. */
    long forgottenProcesses() {
        return processes.evictions();
    }

    /** Returns the processes by process id. */
    Map<Integer, ObservedProcess> processes() {
        return processes;
    }

    long wakeUps() {
        return wakeUps;
    }

    /** Returns how many wake-ups were followed by an accept without a connection. */
    long emptyWakeUps() {
        return emptyWakeUps;
    }

    /** Returns how many connections were refused in a network namespace; negative if unknown. {@code netns}: inode. */
    long overflows(long netns) {
        return facts.overflows(netns);
    }

    long machineFileLimit() {
        return machineFileLimit;
    }
}
