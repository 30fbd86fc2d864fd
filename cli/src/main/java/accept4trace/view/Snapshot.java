package accept4trace.view;

import accept4trace.event.KernelSocket;
import accept4trace.event.Losses;
import accept4trace.summary.Latency;
import accept4trace.summary.Owners.Owner;
import accept4trace.summary.Peer;
import accept4trace.summary.QueueNow;
import accept4trace.summary.Statistics;
import accept4trace.summary.Worker;
import java.util.List;

/**
 * An immutable snapshot of the statistics. "Recent" means the last second, "whole" the time since the start.
 *
 * @param losses since tracing began
 * @param message the last notice or hint, or empty
 */
record Snapshot(Times times, Totals recent, Totals whole, Rates rates, Rows rows, Losses losses, String message) {
    /**
     * @param elapsedNs since the start
     * @param recentNs the exact length of the last second
     * @param nowNs CLOCK_MONOTONIC
     */
    record Times(long elapsedNs, long recentNs, long nowNs) {}

    /** Counters, and the waits of connections. {@code empty}: accepts without a connection. */
    record Totals(long calls, long connections, long empty, long errors, Waits waits) {
        static Totals of(Statistics statistics) {
            return new Totals(
                    statistics.callCount(),
                    statistics.connections(),
                    statistics.emptyCount(),
                    statistics.errorCount(),
                    Waits.of(statistics.waits()));
        }
    }

    /** The rates of the last seconds, one for each second. */
    record Rates(double[] calls, double[] connections, double[] empty, double[] errors) {}

    /**
     * @param otherListeners connections of listeners that the table had no room for
     * @param otherPeers connections of peers that the table had no room for
     * @param otherWorkers whether there were processes that the table had no room for
     */
    record Rows(
            List<ErrorRow> errors,
            List<ListenerRow> listeners,
            long otherListeners,
            List<PeerRow> peers,
            long otherPeers,
            List<WorkerRow> workers,
            boolean otherWorkers) {}

    /**
     * A histogram of waits in accept queues.
     *
     * @param below the number of waits in each bar. A bar counts the waits below its bound in {@link
     *     WaitPane#BOUNDS_NS}, except those below the previous bound. The last bar counts all longer waits
     */
    record Waits(long count, long p50, long p90, long p99, long max, long[] below) {
        static Waits of(Latency latency) {
            int bounds = WaitPane.BOUNDS_NS.length;
            long[] below = new long[bounds + 1];
            long shorter = 0;
            for (int i = 0; i <= bounds; i++) {
                long upTo = i == bounds ? latency.count() : latency.countBetween(0, WaitPane.BOUNDS_NS[i]);
                below[i] = upTo - shorter;
                shorter = upTo;
            }
            return new Waits(
                    latency.count(),
                    latency.percentileNs(50),
                    latency.percentileNs(90),
                    latency.percentileNs(99),
                    latency.maxNs(),
                    below);
        }
    }

    /** {@code of}: all calls, including successful ones, of the system calls that have failed with this error. */
    record ErrorRow(int errno, long count, long recent, long of) {}

    /**
     * @param owners only as many owners as a row can name; see {@link accept4trace.summary.Owners#named}
     */
    record ListenerRow(
            KernelSocket socket, List<Owner> owners, long connections, long recent, Lost lost, QueueLengths queue) {}

    /**
     * Connections that nobody has accepted.
     *
     * @param refused number of refused connections as text
     * @param reset number of connections that the kernel reset when the listener was closed, as text
     * @param hasReset whether there is such a connection
     */
    record Lost(String refused, String reset, boolean hasReset) {
        boolean hasRefused() {
            return refused.matches(".*[1-9].*");
        }
    }

    /**
     * The accept queue of a listener.
     *
     * @param recentHigh the longest queue after an accept or in the latest snapshot; negative if unknown
     * @param high negative if unknown
     * @param limit negative if unknown
     * @param now the queue in the latest snapshot
     * @param stalledNs see {@link accept4trace.summary.ListenerCount#stalledNs}
     */
    record QueueLengths(long recentHigh, long high, long limit, QueueNow now, long stalledNs) {}

    record PeerRow(Peer peer, long connections, long recent, long lastNs) {}

    /** {@code recent}: connections in the last second. */
    record WorkerRow(Worker worker, long recent) {
        long connections() {
            return worker.connections();
        }
    }
}
