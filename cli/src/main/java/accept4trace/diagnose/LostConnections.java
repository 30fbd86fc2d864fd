package accept4trace.diagnose;

import accept4trace.diagnose.Finding.Kind;
import accept4trace.diagnose.Finding.Severity;
import accept4trace.text.Units;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Finds connections that a failing call took off the queue and dropped. One is enough. */
final class LostConnections implements Check {
    @Override
    public List<Finding> findings(Observations seen, long durationNs) {
        return seen.listeners().stream()
                .filter(listener -> listener.lost > 0)
                .map(LostConnections::finding)
                .toList();
    }

    private static Finding finding(ObservedListener listener) {
        return new Finding(
                Kind.LOST,
                Severity.FAILURE,
                listener.socket,
                new ArrayList<>(listener.workers.keySet()),
                "connections lost on " + Check.name(listener.socket) + ": "
                        + Units.plural(listener.lost, "accept", "accepts")
                        + " took one off the queue, failed and dropped it",
                "Its client was connected and at once disconnected. The lines with lost= have the error:"
                        + " EFAULT is a wrong address argument of the program, EPERM a security module.",
                Map.of("lost", listener.lost, "connections", listener.connections));
    }
}
