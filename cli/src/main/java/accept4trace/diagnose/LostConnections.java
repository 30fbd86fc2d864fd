package accept4trace.diagnose;

import accept4trace.diagnose.Finding.Kind;
import accept4trace.diagnose.Finding.Severity;
import accept4trace.text.Units;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Finds connections that a failing call took off the queue and dropped. One is enough for a finding. */
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
                "lost connections on " + Check.name(listener.socket) + ": "
                        + Units.plural(listener.lost, "accept", "accepts")
                        + " failed after taking a connection off the queue",
                "The client was connected and immediately disconnected. The lines with lost= show the error: EFAULT"
                        + " means that the program passed a wrong address, EPERM that a security module denied the"
                        + " call.",
                Map.of("lost", listener.lost, "connections", listener.connections));
    }
}
