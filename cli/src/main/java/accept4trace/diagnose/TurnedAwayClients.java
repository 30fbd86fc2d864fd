package accept4trace.diagnose;

import accept4trace.diagnose.Finding.Kind;
import accept4trace.diagnose.Finding.Severity;
import accept4trace.text.Units;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Finds connections that the server accepted and then closed at once, without reading or writing anything. */
final class TurnedAwayClients implements Check {
    /** One percent. Single connections are closed like this e.g. when a server ends. */
    private static final int SHARE_PERCENT = 1;

    private static final int MIN_TURNED_AWAY = 5;

    @Override
    public List<Finding> findings(Observations seen, long durationNs) {
        return seen.listeners().stream()
                .filter(listener -> listener.turnedAway >= MIN_TURNED_AWAY
                        && Check.isShare(listener.turnedAway, listener.connections, SHARE_PERCENT))
                .map(TurnedAwayClients::finding)
                .toList();
    }

    private static Finding finding(ObservedListener listener) {
        return new Finding(
                Kind.TURNED_AWAY,
                Severity.NOTE,
                listener.socket,
                new ArrayList<>(listener.workers.keySet()),
                "clients turned away on " + Check.name(listener.socket) + ": "
                        + Units.count(listener.turnedAway) + " of "
                        + Units.plural(listener.connections, "connection", "connections") + " ("
                        + Check.percent(listener.turnedAway, listener.connections)
                        + ") were closed within 100ms of the accept, without a read or a write",
                (listener.turnedAwayUnheard == 0
                                ? ""
                                : Units.plural(listener.turnedAwayUnheard, "client", "clients")
                                        + " had already sent data. ")
                        + "The server has probably reached a limit of its own, such as nginx's worker_connections,"
                        + " or rejects their addresses: see its log.",
                Map.of(
                        "turned_away", listener.turnedAway,
                        "turned_away_unheard", listener.turnedAwayUnheard,
                        "connections", listener.connections));
    }
}
