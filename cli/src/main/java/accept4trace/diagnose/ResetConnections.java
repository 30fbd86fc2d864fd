package accept4trace.diagnose;

import accept4trace.diagnose.Finding.Kind;
import accept4trace.diagnose.Finding.Severity;
import accept4trace.text.Units;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Finds connections that clients reset before the server accepted them. */
final class ResetConnections implements Check {
    /** One percent. Fewer resets usually come from port scans, or from clients that ended. */
    private static final int SHARE_PERCENT = 1;

    private static final int MIN_RESETS = 5;

    @Override
    public List<Finding> findings(Observations seen, long durationNs) {
        return seen.listeners().stream()
                .filter(listener -> listener.resets >= MIN_RESETS
                        && Check.isShare(listener.resets, listener.connections, SHARE_PERCENT))
                .map(listener -> finding(listener, seen.utf8()))
                .toList();
    }

    private static Finding finding(ObservedListener listener, boolean utf8) {
        return new Finding(
                Kind.RESET,
                Severity.DELAY,
                listener.socket,
                new ArrayList<>(listener.workers.keySet()),
                "connections reset before accept on " + Check.name(listener.socket) + ": "
                        + Units.count(listener.resets) + " of "
                        + Units.plural(listener.connections, "connection", "connections") + " ("
                        + Check.percent(listener.resets, listener.connections) + "); waits "
                        + Check.percentiles(listener.waits, utf8),
                "Clients gave up, or only checked that the port is open, as load balancers do. If the waits are close"
                        + " to the clients' timeouts, accept faster.",
                Map.of(
                        "resets", listener.resets,
                        "connections", listener.connections,
                        "wait_p99_ns", listener.waits.percentileNs(99)));
    }
}
