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
    private record Worker(int tgid, int tid, long connections, Presence presence) {
        boolean isFarOff(int workers, long all) {
            long share = connections * workers;
            return FACTOR * share < all || share > FACTOR * all;
        }

        /**
         * Returns whether it was there for at least half of the time, or is still running after an early start. If not,
         * its share of connections says nothing.
         *
         * @param all the time from the first to the last call of any worker
         * @param waiting when it waited for connections according to the snapshots
         */
        boolean stayed(Presence all, Presence waiting, ServerFacts facts) {
            Presence whole = new Presence();
            whole.add(presence);
            whole.add(waiting);
            Presence part = whole.within(all);
            return part.isMostOf(all) || (part.beginsInFirstHalfOf(all) && facts.isRunning(tid == 0 ? tgid : tid));
        }
    }

    @Override
    public List<Finding> findings(Observations seen, long durationNs) {
        List<Finding> findings = new ArrayList<>();
        for (ObservedListener listener : seen.listeners()) {
            List<Worker> workers = workers(listener, seen);
            long connections = workers.stream().mapToLong(Worker::connections).sum();
            if (isUnfair(workers, connections)) {
                findings.add(finding(listener, workers, connections, seen, durationNs));
            }
        }
        return findings;
    }

    /** Returns the workers that were present for most of the time, the busiest first. */
    private static List<Worker> workers(ObservedListener listener, Observations seen) {
        List<Worker> workers = new ArrayList<>();
        listener.workers.forEach((tgid, process) -> {
            Map<Integer, ObservedWorker.WorkerThread> threads = process.independentThreads();
            threads.forEach(
                    (tid, thread) -> workers.add(new Worker(tgid, tid, thread.connections(), thread.presence())));
            if (threads.isEmpty()) {
                workers.add(new Worker(tgid, 0, process.connections, process.presence));
            }
        });
        Presence all = new Presence();
        workers.forEach(worker -> all.add(worker.presence()));
        workers.removeIf(
                worker -> !worker.stayed(all, seen.waitingPresence(listener, worker.tgid, worker.tid), seen.facts()));
        workers.sort(Comparator.comparingLong(worker -> -worker.connections()));
        return workers;
    }

    private static boolean isUnfair(List<Worker> workers, long connections) {
        int count = workers.size();
        return count > 1
                && connections >= (long) MIN_CONNECTIONS * count
                && workers.stream().anyMatch(worker -> worker.isFarOff(count, connections));
    }

    private static Finding finding(
            ObservedListener listener, List<Worker> workers, long connections, Observations seen, long durationNs) {
        boolean excused = !listener.reusePort
                && (listener.isPolledExclusively()
                        || listener.mayBePolledExclusively()
                        || listener.hasBlockingThreads());
        List<String> shares = workers.stream()
                .map(worker -> name(worker, seen) + " " + Check.percent(worker.connections(), connections))
                .toList();
        return new Finding(
                Kind.UNFAIR,
                excused || !Check.isCostly(connections, durationNs) ? Severity.NOTE : Severity.WASTE,
                listener.socket,
                workers.stream().map(Worker::tgid).distinct().toList(),
                (excused ? "uneven" : "unfair") + " shares of " + Units.count(connections) + " connections on "
                        + Check.name(listener.socket) + ": " + Check.list(shares),
                excused ? excuse(listener) : remedy(listener, workers.size()),
                Map.of(
                        "connections",
                        connections,
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
