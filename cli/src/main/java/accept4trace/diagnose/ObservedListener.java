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
    final Latency waits = new Latency();
    /** By process id. */
    final Map<Integer, ObservedWorker> workers = new TreeMap<>();

    boolean reusePort;
    long connections;
    long resets;
    /** Taken off the queue by calls that then failed. */
    long lost;
    /** Connections that waited at least {@link SlowAccepts#SLOW_NS}. */
    long slow;
    /** Those of them that came when the thread that accepted them was not waiting for any. */
    long slowWhileBusy;

    long queueHigh;
    long queueMax;
    long drops;
    /** {@link Surroundings#UNKNOWN} until it was asked for. */
    long somaxconn = Surroundings.UNKNOWN;

    /** {@code socket}: one of them, for its name. */
    ObservedListener(KernelSocket socket) {
        this.socket = socket;
    }

    ObservedWorker worker(int tgid) {
        ObservedWorker worker = workers.get(tgid);
        if (worker == null) {
            worker = new ObservedWorker();
            if (workers.size() < MOST_WORKERS) {
                workers.put(tgid, worker);
            }
        }
        return worker;
    }

    long sum(ToLongFunction<ObservedWorker> count) {
        return workers.values().stream().mapToLong(count).sum();
    }

    boolean isPolledExclusively() {
        return workers.values().stream().anyMatch(worker -> worker.exclusive);
    }
}
