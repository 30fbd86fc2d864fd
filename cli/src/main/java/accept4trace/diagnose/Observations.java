package accept4trace.diagnose;

import accept4trace.event.AcceptEvent;
import accept4trace.event.KernelSocket;
import accept4trace.event.RelatedCall;
import accept4trace.summary.Listener;
import java.util.Collection;
import java.util.Map;

/** What the calls of a run have shown, by listener and by process. Its size is bounded whatever comes. */
final class Observations {
    private static final int MOST_LISTENERS = 1024;
    private static final int MOST_PROCESSES = 16_384;
    private static final int MOST_THREADS = 16_384;
    private static final int EAGAIN = 11;
    private static final int ENFILE = 23;
    private static final int EMFILE = 24;
    private static final int EPOLLEXCLUSIVE = 1 << 28;
    private static final String OF_THE_KERNEL = "kernel";
    private static final String BY_IO_URING = "io_uring";

    private final Surroundings surroundings;
    private final AcceptedSockets accepted;
    private final Map<Place, ObservedListener> listeners = new Recent<>(MOST_LISTENERS);
    /** The same by inode: what to find again for every call. */
    private final Map<Long, ObservedListener> sockets = new Recent<>(MOST_LISTENERS);

    private final Map<Integer, ObservedProcess> processes = new Recent<>(MOST_PROCESSES);
    private final Map<Integer, WaitingThread> threads = new Recent<>(MOST_THREADS);
    /** By thread id, its last accept, when that found nobody and it has not waited since. */
    private final Map<Integer, AcceptEvent> emptyHanded = new Recent<>(MOST_THREADS);

    private long wakeUps;
    private long machineFileLimit = Surroundings.UNKNOWN;

    /** An address can be bound once in each network namespace. */
    private record Place(Listener listener, long netns) {}

    /** A thread that waits for many files at once. */
    private static final class WaitingThread {
        private RelatedCall wait;
        /** It has not accepted since. */
        private boolean awake;
    }

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
        WaitingThread thread = threads.computeIfAbsent(call.tid(), tid -> new WaitingThread());
        thread.wait = call;
        thread.awake = true;
        emptyHanded.remove(call.tid());
        process(call.tgid()).comm = call.processComm();
        ObservedWorker worker = listener(call.listener(), call.netns()).worker(call.tgid());
        if (!worker.looked && call.syscall().startsWith("epoll")) {
            worker.looked = true;
            int events = surroundings.watchedEvents(
                    call.tgid(), (int) call.arguments()[0], call.listener().inode());
            worker.exclusive = (events & EPOLLEXCLUSIVE) != 0;
        }
    }

    void add(AcceptEvent event) {
        boolean ofKernel = OF_THE_KERNEL.equals(event.via());
        WaitingThread thread = event.via() == null ? threads.get(event.tid()) : null;
        if (!ofKernel) {
            addToProcess(event, thread == null ? null : thread.wait);
        }
        if (event.listener() != null) {
            addToListener(event, thread);
        }
        if (thread != null) {
            thread.awake = false;
        }
    }

    private void addToProcess(AcceptEvent event, RelatedCall wait) {
        ObservedProcess process = process(event.tgid());
        process.comm = event.processComm();
        process.calls++;
        process.spinning += isSpin(event) ? 1 : 0;
        if (event.isError()) {
            addError(process, event);
        }
        if (event.failed()) {
            return;
        }
        process.connections++;
        process.byIoUring += BY_IO_URING.equals(event.via()) ? 1 : 0;
        process.byAccept += event.via() == null && event.syscall().equals("accept") ? 1 : 0;
        if (event.via() == null) {
            accepted.add(event, wait, process);
        }
    }

    /** At one of several listeners nobody may wait, and at the next one neither: that is none. */
    private boolean isSpin(AcceptEvent event) {
        if (event.ret() != -EAGAIN || event.listener() == null) {
            emptyHanded.remove(event.tid());
            return false;
        }
        AcceptEvent before = emptyHanded.put(event.tid(), event);
        return before != null
                && before.listener().inode() == event.listener().inode()
                && event.enterNs() - before.exitNs() < SpinningLoop.PAUSE_NS;
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

    private void addToListener(AcceptEvent event, WaitingThread thread) {
        ObservedListener listener = listener(event.listener(), event.netns());
        ObservedWorker worker = listener.worker(event.tgid());
        listener.reusePort |= event.reusePort();
        listener.lost += event.lostConnection() ? 1 : 0;
        if (thread != null && thread.awake && woke(thread.wait, event)) {
            worker.wakeUps++;
            worker.emptyWakeUps += event.ret() == -EAGAIN ? 1 : 0;
        }
        if (!event.failed()) {
            worker.connections++;
            addConnection(listener, event, thread == null ? null : thread.wait);
        }
    }

    /** Of several that were ready only the first is known. */
    private static boolean woke(RelatedCall wait, AcceptEvent event) {
        return wait.ready() > 1 || wait.listener().inode() == event.listener().inode();
    }

    private void addConnection(ObservedListener listener, AcceptEvent event, RelatedCall wait) {
        listener.connections++;
        listener.drops += event.drops();
        listener.resets += event.accepted() != null && event.accepted().isReset() ? 1 : 0;
        if (event.waitNs() >= 0) {
            listener.waits.add(event.waitNs());
            boolean slow = event.waitNs() >= SlowAccepts.SLOW_NS;
            listener.slow += slow ? 1 : 0;
            listener.slowWhileBusy += slow && !wasWaiting(event, wait) ? 1 : 0;
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
    private static boolean wasWaiting(AcceptEvent event, RelatedCall wait) {
        long readyNs = event.acceptedNs() - event.waitNs();
        boolean inWait = wait != null && wait.enterNs() <= readyNs && readyNs <= wait.exitNs();
        return inWait || event.enterNs() <= readyNs;
    }

    private ObservedListener listener(KernelSocket socket, long netns) {
        ObservedListener known = sockets.get(socket.inode());
        if (known == null) {
            known = listeners.computeIfAbsent(
                    new Place(Listener.of(socket), netns), key -> new ObservedListener(socket));
            sockets.put(socket.inode(), known);
        }
        return known;
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
        return listeners.values();
    }

    /** By process id. */
    Map<Integer, ObservedProcess> processes() {
        return processes;
    }

    long wakeUps() {
        return wakeUps;
    }

    long machineFileLimit() {
        return machineFileLimit;
    }
}
