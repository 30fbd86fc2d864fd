package accept4trace.diagnose;

import accept4trace.bounded.BoundedMap;
import accept4trace.event.AcceptEvent;
import accept4trace.event.KernelSocket;
import accept4trace.event.RelatedCall;
import java.util.Collection;
import java.util.Map;

/**
 * What the calls of a run have shown, by listener and by process. Heap is bounded: what was seen longest ago is forgotten
 * and counted.
 */
final class Observations {
    /** Some 340 bytes each. */
    private static final int MOST_PROCESSES = 4096;
    /** Some 150 bytes each. */
    private static final int MOST_THREADS = 8192;
    /** Some 80 bytes each. */
    private static final int MOST_SOCKETS = 4096;

    private static final int EAGAIN = 11;
    private static final int ENFILE = 23;
    private static final int EMFILE = 24;
    private static final int EPOLLEXCLUSIVE = 1 << 28;
    private static final String OF_THE_KERNEL = "kernel";
    private static final String BY_IO_URING = "io_uring";

    private final Surroundings surroundings;
    private final AcceptedSockets accepted;
    private final ObservedListeners listeners = new ObservedListeners();
    /** The same by inode: what to find again for every call. */
    private final Map<Long, ObservedListener> sockets = new BoundedMap<>(MOST_SOCKETS);

    private final BoundedMap<Integer, ObservedProcess> processes = new BoundedMap<>(MOST_PROCESSES);
    private final Map<Integer, ObservedThread> threads = new BoundedMap<>(MOST_THREADS);

    private long wakeUps;
    private long emptyWakeUps;
    private long machineFileLimit = Surroundings.UNKNOWN;

    Observations(Surroundings surroundings) {
        this.surroundings = surroundings;
        this.accepted = new AcceptedSockets(surroundings);
    }

    /** A bind or listen is no wait. */
    void add(RelatedCall call) {
        if (call.ready() == 0 || call.listener() == null) {
            return;
        }
        wakeUps++;
        thread(call.tid()).add(call);
        process(call.tgid()).comm = call.processComm();
        ObservedWorker worker = listeners.worker(listener(call.listener(), call.netns()), call.tgid());
        if (!worker.looked && call.syscall().startsWith("epoll")) {
            worker.looked = true;
            int events = surroundings.watchedEvents(
                    call.tgid(), (int) call.arguments()[0], call.listener().inode());
            worker.exclusive = (events & EPOLLEXCLUSIVE) != 0;
        }
    }

    void add(AcceptEvent event) {
        ObservedThread thread = event.via() == null ? threads.get(event.tid()) : null;
        if (!OF_THE_KERNEL.equals(event.via())) {
            addToProcess(event, thread);
        }
        if (event.listener() != null) {
            addToListener(event, thread);
        }
        if (thread != null) {
            thread.fallAsleep();
        }
    }

    /** {@code thread}: null if nothing is known of it. */
    private void addToProcess(AcceptEvent event, ObservedThread thread) {
        ObservedProcess process = process(event.tgid());
        process.comm = event.processComm();
        process.calls++;
        process.spinning += isSpin(event, thread) ? 1 : 0;
        if (event.failed()) {
            addError(process, event);
        }
        if (!event.isConnection()) {
            return;
        }
        process.connections++;
        process.byIoUring += BY_IO_URING.equals(event.via()) ? 1 : 0;
        process.byAccept += event.via() == null && event.syscall().equals("accept") ? 1 : 0;
        if (event.via() == null) {
            accepted.add(event, thread != null && thread.hasWaited() ? thread : null, process);
        }
    }

    /** At one of several listeners nobody may wait, and at the next one neither: that is none. */
    private boolean isSpin(AcceptEvent event, ObservedThread thread) {
        if (event.ret() == -EAGAIN && event.listener() != null && event.via() == null) {
            return thread(event.tid()).comesEmptyHanded(event);
        }
        if (thread != null) {
            thread.comesWithSomething();
        }
        return false;
    }

    private void addError(ObservedProcess process, AcceptEvent event) {
        if (event.ret() == -EMFILE) {
            process.emfile++;
            if (process.openFileLimit == Surroundings.UNKNOWN) {
                process.openFileLimit = surroundings.openFileLimit(event.tgid());
            }
        }
        if (event.ret() == -ENFILE) {
            process.enfile++;
            if (process.enfile == 1) {
                machineFileLimit = surroundings.machineFileLimit();
            }
        }
    }

    private void addToListener(AcceptEvent event, ObservedThread thread) {
        ObservedListener listener = listener(event.listener(), event.netns());
        ObservedWorker worker = listeners.worker(listener, event.tgid());
        listener.reusePort |= event.reusePort();
        listener.lost += event.lostConnection() ? 1 : 0;
        listener.drops += Math.max(0, event.drops());
        if (thread != null && thread.wokeFor(event)) {
            worker.wakeUps++;
            worker.emptyWakeUps += event.ret() == -EAGAIN ? 1 : 0;
            emptyWakeUps += event.ret() == -EAGAIN ? 1 : 0;
        }
        if (event.isConnection()) {
            worker.connections++;
            addConnection(listener, event, thread);
        }
    }

    private void addConnection(ObservedListener listener, AcceptEvent event, ObservedThread thread) {
        listener.connections++;
        listener.resets += event.accepted() != null && event.accepted().isReset() ? 1 : 0;
        if (event.waitNs() >= 0) {
            listener.waits.add(event.waitNs());
            boolean slow = event.waitNs() >= SlowAccepts.SLOW_NS;
            listener.slow += slow ? 1 : 0;
            listener.slowWhileBusy += slow && !wasWaiting(event, thread) ? 1 : 0;
        }
        if (event.queueLength() >= 0) {
            listener.queueHigh = Math.max(listener.queueHigh, event.queueLength());
            listener.queueMax = event.queueMax();
            if (listener.somaxconn == Surroundings.UNKNOWN) {
                listener.somaxconn = Math.max(0, surroundings.somaxconn(event.tgid()));
            }
        }
    }

    /** Whether the thread waited for a connection, in one call or the other, when this one became ready. */
    private static boolean wasWaiting(AcceptEvent event, ObservedThread thread) {
        long readyNs = event.acceptedNs() - event.waitNs();
        return event.enterNs() <= readyNs || (thread != null && thread.wasWaitingAt(readyNs));
    }

    private ObservedListener listener(KernelSocket socket, long netns) {
        ObservedListener known = sockets.get(socket.inode());
        if (known == null || known.isForgotten()) {
            known = listeners.of(socket, netns);
            sockets.put(socket.inode(), known);
        }
        known.used = true;
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

    /** Now and then, and once in the end. */
    void look(long nowNs) {
        accepted.look(nowNs);
    }

    Collection<ObservedListener> listeners() {
        return listeners.all();
    }

    /** Listeners that were forgotten to make room for others. */
    long forgottenListeners() {
        return listeners.forgotten();
    }

    /** Processes that were forgotten to make room for others. */
    long forgottenProcesses() {
        return processes.evictions();
    }

    /** By process id. */
    Map<Integer, ObservedProcess> processes() {
        return processes;
    }

    long wakeUps() {
        return wakeUps;
    }

    /** Those that were followed by an accept that found nobody. */
    long emptyWakeUps() {
        return emptyWakeUps;
    }

    long machineFileLimit() {
        return machineFileLimit;
    }
}
