package accept4trace.diagnose;

import accept4trace.diagnose.Finding.Kind;
import accept4trace.diagnose.Finding.Severity;
import accept4trace.text.Units;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Finds accept queues that were full or nearly full. */
final class AcceptQueue implements Check {
    /** Three quarters. A burst that is a third larger fills the queue. */
    private static final int FILLING_PERCENT = 75;

    @Override
    public List<Finding> findings(Observations seen, long durationNs) {
        return seen.listeners().stream()
                .filter(AcceptQueue::isTrouble)
                .map(AcceptQueue::finding)
                .toList();
    }

    /** Returns whether the limit of the queue is part of the problem. */
    static boolean isTrouble(ObservedListener listener) {
        return listener.drops > 0 || isFilled(listener);
    }

    private static boolean isFilled(ObservedListener listener) {
        return Check.isShare(listener.queueHigh, listener.queueMax, FILLING_PERCENT);
    }

    private static Finding finding(ObservedListener listener) {
        boolean full = listener.drops > 0;
        /* The kernel also counts other drops, e.g. for lack of memory or of room for half-open connections. */
        String state = !full ? " is filling: " : isFilled(listener) ? " was full: " : " refused connections: ";
        String waits = listener.waits.count() == 0 ? "" : "; waits " + Check.percentiles(listener.waits);
        String waiting = listener.queueHigh < 0
                ? ""
                : Units.count(listener.queueHigh) + " of " + Units.count(listener.queueMax) + " waited, ";
        String refused = full ? Units.plural(listener.drops, "attempt", "attempts") : "none";
        return new Finding(
                Kind.QUEUE,
                full ? Severity.FAILURE : Severity.DELAY,
                listener.socket,
                new ArrayList<>(listener.workers.keySet()),
                "accept queue of " + Check.name(listener.socket) + state + waiting + refused + " refused" + waits,
                remedy(listener),
                Map.of(
                        "queue_high", listener.queueHigh,
                        "queue_max", listener.queueMax,
                        "drops", listener.drops,
                        "wait_p50_ns", listener.waits.percentileNs(50),
                        "wait_p99_ns", listener.waits.percentileNs(99)));
    }

    private static String remedy(ObservedListener listener) {
        if (listener.somaxconn < 0) {
            return "Accept faster, or raise the backlog passed to listen() and net.core.somaxconn, which limits it.";
        }
        if (listener.queueMax == listener.somaxconn) {
            return "The limit is net.core.somaxconn of the listener's network namespace. It has probably reduced the"
                    + " backlog passed to listen(): raise both, or accept faster.";
        }
        return "The limit is the backlog that the server passes to listen(); net.core.somaxconn allows "
                + Units.count(listener.somaxconn) + ". Raise it (nginx: listen ... backlog=), or accept faster.";
    }
}
