package accept4trace.diagnose;

import accept4trace.event.KernelSocket;
import accept4trace.summary.Latency;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToLongFunction;

/** What has happened at the listeners that are bound to one address; with SO_REUSEPORT there can be several. */
final class ObservedListener {
    private static final int MOST_WORKERS = 4096;

    final KernelSocket socket;
    final Latency waits;
    /** By process id. */
    final Map<Integer, ObservedWorker> workers = new TreeMap<>();
    /** Counts the calls of all workers beyond the limit. */
    private final ObservedWorker others = new ObservedWorker();

    /** Since it was last looked at as one to forget. */
    boolean used;

    private boolean forgotten;

    boolean reusePort;
    long connections;
    long resets;
    /** Taken off the queue by calls that then failed. */
    long lost;
    /** Connections that waited at least {@link SlowAccepts#SLOW_NS}. */
    long slow;
    /** Those of them that came when the thread that accepted them was not waiting for any. */
    long slowWhileBusy;

    /** Negative when unknown. */
    long queueHigh = -1;

    long queueMax = -1;
    long drops;
    /** {@link Surroundings#UNKNOWN} until it was asked for. */
    long somaxconn = Surroundings.UNKNOWN;

    /** {@code socket}: one of them, for its name. */
    ObservedListener(KernelSocket socket, Latency waits) {
        this.socket = socket;
        this.waits = waits;
    }

    /** Its room is needed. */
    void forget() {
        forgotten = true;
        workers.clear();
        waits.release();
    }

    boolean isForgotten() {
        return forgotten;
    }

    ObservedWorker worker(int tgid) {
        ObservedWorker worker = workers.get(tgid);
        if (worker == null && workers.size() < MOST_WORKERS) {
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
}
