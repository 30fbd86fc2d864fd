package accept4trace.session;

import accept4trace.format.EventFormatter;
import accept4trace.output.Sink;

/**
 * The consumers of the events of a {@link TraceSession}.
 *
 * @param sink receives the formatter's lines
 * @param observer receives the events in addition to the formatter
 * @param refused selects and folds refused connections
 * @param closings whether the formatter receives closed listeners and clients that give up. If not, they are only
 *     counted
 * @param windows whether the formatter shows the trigger of each recorded window. If not, triggers are notices
 */
public record SessionOutput(
        EventFormatter formatter,
        Sink sink,
        Observer observer,
        RefusedConnections refused,
        boolean closings,
        boolean windows) {
    public SessionOutput(EventFormatter formatter, Sink sink, Observer observer) {
        this(formatter, sink, observer, RefusedConnections.NONE, true, false);
    }

    public SessionOutput with(RefusedConnections connections) {
        return new SessionOutput(formatter, sink, observer, connections, closings, windows);
    }

    public SessionOutput withClosings(boolean shown) {
        return new SessionOutput(formatter, sink, observer, refused, shown, windows);
    }

    public SessionOutput withWindows(boolean shown) {
        return new SessionOutput(formatter, sink, observer, refused, closings, shown);
    }
}
