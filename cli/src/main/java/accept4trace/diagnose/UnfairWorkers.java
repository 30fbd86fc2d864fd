package accept4trace.diagnose;

import accept4trace.diagnose.Finding.Kind;
import accept4trace.diagnose.Finding.Severity;
import accept4trace.text.Units;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** Finds processes that share the connections of a listener very unevenly. */
final class UnfairWorkers implements Check {
    /** A share is unfair if it is less than 1/FACTOR of an equal share, or more than FACTOR times an equal share. */
    private static final int FACTOR = 4;
    /** Minimum average number of connections per worker. With fewer, uneven shares may be due to chance. */
    private static final int MIN_CONNECTIONS = 25;

    @Override
    public List<Finding> findings(Observations seen, long durationNs) {
        return seen.listeners().stream()
                .filter(UnfairWorkers::isUnfair)
                .map(listener -> finding(listener, seen, durationNs))
                .toList();
    }

    private static boolean isUnfair(ObservedListener listener) {
        int workers = listener.workers.size();
        return workers > 1
                && listener.connections >= (long) MIN_CONNECTIONS * workers
                && listener.workers.values().stream().anyMatch(worker -> isFarOff(worker, listener));
    }

    private static boolean isFarOff(ObservedWorker worker, ObservedListener listener) {
        long share = worker.connections * listener.workers.size();
        return FACTOR * share < listener.connections || share > FACTOR * listener.connections;
    }

    private static Finding finding(ObservedListener listener, Observations seen, long durationNs) {
        boolean excused = !listener.reusePort && (listener.isPolledExclusively() || listener.mayBePolledExclusively());
        Comparator<Map.Entry<Integer, ObservedWorker>> busiest =
                Comparator.comparingLong(worker -> -worker.getValue().connections);
        List<Map.Entry<Integer, ObservedWorker>> workers =
                listener.workers.entrySet().stream().sorted(busiest).toList();
        List<String> shares = workers.stream()
                .map(worker -> Check.name(worker.getKey(), seen.processes().get(worker.getKey())) + " "
                        + Check.percent(worker.getValue().connections, listener.connections))
                .toList();
        return new Finding(
                Kind.UNFAIR,
                excused || !Check.isCostly(listener.connections, durationNs) ? Severity.NOTE : Severity.WASTE,
                listener.socket,
                workers.stream().map(Map.Entry::getKey).toList(),
                (excused ? "uneven" : "unfair") + " shares of " + Units.count(listener.connections) + " connections on "
                        + Check.name(listener.socket) + ": " + Check.list(shares),
                excused ? excuse(listener) : remedy(listener),
                Map.of(
                        "connections", listener.connections,
                        "workers", (long) workers.size(),
                        "most", workers.get(0).getValue().connections,
                        "least", workers.get(workers.size() - 1).getValue().connections));
    }

    private static String excuse(ObservedListener listener) {
        return listener.isPolledExclusively()
                ? "EPOLLEXCLUSIVE wakes the same worker first, so this is expected."
                : "It is unknown whether they use EPOLLEXCLUSIVE, which wakes the same worker first.";
    }

    private static String remedy(ObservedListener listener) {
        String threshold = "Some workers have less than a quarter of an equal share, or more than four times as much. ";
        if (listener.reusePort && listener.sockets == 1) {
            return threshold + "SO_REUSEPORT is set, but all " + listener.workers.size()
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
