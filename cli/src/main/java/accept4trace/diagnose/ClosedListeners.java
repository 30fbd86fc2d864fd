package accept4trace.diagnose;

import accept4trace.diagnose.Finding.Kind;
import accept4trace.diagnose.Finding.Severity;
import accept4trace.diagnose.ObservedClosings.Address;
import accept4trace.event.Endpoint.Unix;
import accept4trace.format.Names;
import accept4trace.text.Units;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Finds connections that were thrown away because their listener was closed. One is enough for a finding. */
final class ClosedListeners implements Check {
    private static final String HAND_OVER =
            "Before closing a listener, accept the connections that wait on it, or pass the listener on: to the next"
                    + " process at a reload, or to a manager such as systemd that holds it meanwhile.";
    private static final String MIGRATE = " In an SO_REUSEPORT group, net.ipv4.tcp_migrate_req=1 lets another socket"
            + " take them over, since Linux 5.14.";

    @Override
    public List<Finding> findings(Observations seen, long durationNs) {
        return seen.closings().addresses().stream()
                .filter(address -> address.reset > 0)
                .map(ClosedListeners::finding)
                .toList();
    }

    private static Finding finding(Address address) {
        List<String> closers = new ArrayList<>();
        address.closers.forEach((tgid, comm) -> closers.add(Names.comm(comm) + "[" + tgid + "]"));
        return new Finding(
                Kind.CLOSED,
                Severity.FAILURE,
                address.socket,
                new ArrayList<>(address.closers.keySet()),
                "connections thrown away on " + Check.name(address.socket) + ": " + Units.count(address.reset) + " of "
                        + Units.count(address.waiting) + " that waited were reset when " + Check.list(closers)
                        + (address.byExit == address.harmful ? " ended" : " closed the listener"),
                address.socket.local() instanceof Unix ? HAND_OVER : HAND_OVER + MIGRATE,
                Map.of(
                        "reset", address.reset,
                        "waiting", address.waiting,
                        "migrated", address.migrated,
                        "sockets", address.sockets));
    }
}
