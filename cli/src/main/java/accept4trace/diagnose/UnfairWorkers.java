package accept4trace.diagnose;

import accept4trace.diagnose.Finding.Kind;
import accept4trace.diagnose.Finding.Severity;
import accept4trace.text.Units;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * Finds workers that share the connections of a listener very unevenly. A worker is a process, or one of its threads if
 * several of them wait for connections independently.
 */
final class UnfairWorkers implements Check {
    /** A share is unfair if it is less than 1/FACTOR of an equal share, or more than FACTOR times an equal share. */
    private static final int FACTOR = 4;
    /** Minimum average number of connections per worker. With fewer, uneven shares may be due to chance. */
    private static final int MIN_CONNECTIONS = 25;

    /** {@code tid}: 0 for a whole process. */
    private record Worker(int tgid, int tid, long connections) {
        boolean isFarOff(int workers, long all) {
            long share = connections * workers;
            return FACTOR * share < all || share > FACTOR * all;
        }
    }

    @Override
    public List<Finding> findings(Observations seen, long durationNs) {
        List<Finding> findings = new ArrayList<>();
        for (ObservedListener listener : seen.listeners()) {
            List<Worker> workers = workers(listener);
            if (isUnfair(listener, workers)) {
                findings.add(finding(listener, workers, seen, durationNs));
            }
        }
        return findings;
    }

    /** Returns the workers, the busiest first. */
    private static List<Worker> workers(ObservedListener listener) {
        List<Worker> workers = new ArrayList<>();
        listener.workers.forEach((tgid, process) -> {
            Map<Integer, ObservedWorker.WorkerThread> threads = process.independentThreads();
            threads.forEach((tid, thread) -> workers.add(new Worker(tgid, tid, thread.connections())));
            if (threads.isEmpty()) {
                workers.add(new Worker(tgid, 0, process.connections));
            }
        });
        workers.sort(Comparator.comparingLong(worker -> -worker.connections()));
        return workers;
    }

    private static boolean isUnfair(ObservedListener listener, List<Worker> workers) {
        int count = workers.size();
        return count > 1
                && listener.connections >= (long) MIN_CONNECTIONS * count
                && workers.stream().anyMatch(worker -> worker.isFarOff(count, listener.connections));
    }

    private static Finding finding(
            ObservedListener listener, List<Worker> workers, Observations seen, long durationNs) {
        boolean excused = !listener.reusePort
                && (listener.isPolledExclusively()
                        || listener.mayBePolledExclusively()
                        || listener.hasBlockingThreads());
        List<String> shares = workers.stream()
                .map(worker -> name(worker, seen) + " " + Check.percent(worker.connections(), listener.connections))
                .toList();
        return new Finding(
                Kind.UNFAIR,
                excused || !Check.isCostly(listener.connections, durationNs) ? Severity.NOTE : Severity.WASTE,
                listener.socket,
                workers.stream().map(Worker::tgid).distinct().toList(),
                (excused ? "uneven" : "unfair") + " shares of " + Units.count(listener.connections) + " connections on "
                        + Check.name(listener.socket) + ": " + Check.list(shares),
                excused ? excuse(listener) : remedy(listener, workers.size()),
                Map.of(
                        "connections",
                        listener.connections,
                        "workers",
                        (long) workers.size(),
                        "most",
                        workers.get(0).connections(),
                        "least",
                        workers.get(workers.size() - 1).connections()));
    }

    private static String name(Worker worker, Observations seen) {
        ObservedProcess process = seen.processes().get(worker.tgid());
        return worker.tid() == 0
                ? Check.name(worker.tgid(), process)
                : Check.name(worker.tgid(), worker.tid(), process);
    }

    private static String excuse(ObservedListener listener) {
        if (listener.hasBlockingThreads()) {
            return "A thread that waits in accept gets a connection only when it is free, so this is no fault unless"
                    + " connections wait.";
        }
        return listener.isPolledExclusively()
                ? "EPOLLEXCLUSIVE wakes the same worker first, so this is expected."
                : "It is unknown whether they use EPOLLEXCLUSIVE, which wakes the same worker first.";
    }

    private static String remedy(ObservedListener listener, int workers) {
        String threshold = "Some workers have less than a quarter of an equal share, or more than four times as much. ";
        if (listener.reusePort && listener.sockets == 1) {
            return threshold + "SO_REUSEPORT is set, but all " + workers
                    + " workers share one socket, so it has no effect: let each worker open its own.";
        }
        return listener.reusePort
                ? threshold
                        + "SO_REUSEPORT distributes connections by address and port. Either a few clients or a proxy"
                        + " keep using the same ones, or a worker is stuck."
                : threshold + "Is a worker stuck? With SO_REUSEPORT and a listener for each worker, the kernel"
                        + " distributes connections evenly.";
    }
}
