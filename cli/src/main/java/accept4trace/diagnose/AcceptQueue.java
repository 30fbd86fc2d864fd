package accept4trace.diagnose;

import accept4trace.diagnose.Finding.Kind;
import accept4trace.diagnose.Finding.Severity;
import accept4trace.event.Coverage;
import accept4trace.text.Units;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Finds accept queues that were nearly full, or so full that connections were refused. */
final class AcceptQueue implements Check {
    /** Three quarters. A burst one third larger than the one that filled the queue this far would fill it. */
    private static final int FILLING_PERCENT = 75;

    @Override
    public List<Finding> findings(Observations seen, long durationNs) {
        return seen.listeners().stream()
                .filter(listener ->
                        (attempts(listener) > 0 || isFilling(listener)) && !StuckListeners.explains(seen, listener))
                .map(listener -> finding(seen, listener))
                .toList();
    }

    static boolean isFilling(ObservedListener listener) {
        return Check.isShare(listener.queueHigh, listener.queueMax, FILLING_PERCENT);
    }

    /**
     * The number of refused attempts to connect.
     *
     * @param packets number of packets of these attempts; 0 if unknown, and for AF_UNIX
     */
    record Refused(long attempts, long packets, Bound bound) {
        private enum Bound {
            EXACT,
            AT_LEAST,
            AT_MOST
        }

        String text() {
            String number = Units.plural(attempts, "attempt", "attempts");
            return switch (bound) {
                case EXACT -> number + ofPackets();
                case AT_LEAST -> "at least " + number + ofPackets();
                case AT_MOST -> "at most " + number;
            };
        }

        private String ofPackets() {
            return packets == 0 ? "" : " (" + Units.plural(packets, "packet", "packets") + ")";
        }
    }

    /** Returns the refused attempts; none if there is no evidence for any. */
    static Refused refused(Observations seen, ObservedListener listener) {
        long attempts = attempts(listener);
        if (seen.refusals().of(listener.socket) == Coverage.ALL) {
            return new Refused(attempts, listener.refusedPackets, Refused.Bound.EXACT);
        }
        return attempts > 0
                ? new Refused(attempts, listener.refusedPackets, Refused.Bound.AT_LEAST)
                : new Refused(atMost(seen, listener), 0, Refused.Bound.AT_MOST);
    }

    /**
     * Returns how many refused attempts were seen. At least 1 if there were packets, even if none of them counts as a
     * new attempt.
     */
    private static long attempts(ObservedListener listener) {
        return Math.max(listener.refused, Math.min(listener.refusedPackets, 1));
    }

    /**
     * Returns an upper bound of the number of refused connection attempts; 0 if there is no evidence for any. The bound
     * is the smaller of two counters. The listener's own counter also contains other drops, e.g. one for each
     * connection with TCP_DEFER_ACCEPT. The counter of the network namespace contains the refusals of all listeners.
     */
    private static long atMost(Observations seen, ObservedListener listener) {
        return listener.wasFull && listener.drops > 0
                ? Math.max(0, Math.min(listener.drops, seen.overflows(listener.netns)))
                : 0;
    }

    private static Finding finding(Observations seen, ObservedListener listener) {
        Refused refused = refused(seen, listener);
        boolean any = refused.attempts() > 0;
        String name = "accept queue of " + Check.name(listener.socket);
        String waits = listener.waits.count() == 0 ? "" : "; waits " + Check.percentiles(listener.waits, seen.utf8());
        return new Finding(
                any ? Kind.REFUSED : Kind.FILLING,
                any ? Severity.FAILURE : Severity.NOTE,
                listener.socket,
                new ArrayList<>(listener.workers.keySet()),
                (any ? name + " was full and refused " + refused.text() : name + " is filling")
                        + waiting(listener)
                        + waits,
                remedy(seen, listener),
                numbers(listener, refused));
    }

    private static String waiting(ObservedListener listener) {
        return listener.queueHigh < 0
                ? ""
                : ": " + Units.count(listener.queueHigh) + " of " + Units.count(listener.queueMax) + " waited";
    }

    private static Map<String, Long> numbers(ObservedListener listener, Refused refused) {
        Map<String, Long> numbers = new TreeMap<>(Map.of(
                "queue_high", listener.queueHigh,
                "queue_max", listener.queueMax,
                "drops", listener.drops,
                "wait_p50_ns", listener.waits.percentileNs(50),
                "wait_p99_ns", listener.waits.percentileNs(99)));
        switch (refused.bound()) {
            case EXACT -> numbers.put("refused", refused.attempts());
            case AT_LEAST -> numbers.put("refused_at_least", refused.attempts());
            case AT_MOST -> numbers.put("refused_at_most", refused.attempts());
        }
        if (refused.packets() > 0) {
            numbers.put("refused_packets", refused.packets());
        }
        return numbers;
    }

    private static String remedy(Observations seen, ObservedListener listener) {
        String option = listener.workers.keySet().stream()
                .map(seen.processes()::get)
                .map(process -> process == null ? "" : BacklogOptions.of(process.comm))
                .filter(known -> !known.isEmpty())
                .findFirst()
                .orElse("");
        if (listener.somaxconn < 0) {
            return "Accept faster, or raise the backlog passed to listen()" + option
                    + " and net.core.somaxconn, which limits it.";
        }
        if (listener.queueMax == listener.somaxconn) {
            return "The limit is net.core.somaxconn of the listener's network namespace. It has probably reduced the"
                    + " backlog passed to listen(): raise both" + option + ", or accept faster.";
        }
        String now = Units.count(listener.somaxconn);
        if (listener.queueMax > listener.somaxconn) {
            return "net.core.somaxconn of the listener's network namespace is now " + now
                    + ", lower than this limit, and would reduce the backlog of a new listen(). Raise it first, then"
                    + " the backlog passed to listen()" + option + ", or accept faster.";
        }
        return "The limit is the backlog that the server passed to listen(), unless net.core.somaxconn, now " + now
                + ", was lower at that time. Raise the backlog" + option + ", or accept faster.";
    }
}
