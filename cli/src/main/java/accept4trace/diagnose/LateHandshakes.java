package accept4trace.diagnose;

import accept4trace.diagnose.Finding.Kind;
import accept4trace.diagnose.Finding.Severity;
import accept4trace.text.Units;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Finds connections whose handshake was delayed, so that they reached the accept queue late. Skips listeners whose
 * queue is filling, because a full queue also makes the kernel send SYN-ACKs again, and has findings of its own.
 */
final class LateHandshakes implements Check {
    /** One percent. Some packets are lost in every network. */
    private static final int SHARE_PERCENT = 1;

    private static final int MIN_LATE = 5;

    @Override
    public List<Finding> findings(Observations seen, long durationNs) {
        return seen.listeners().stream()
                .filter(listener -> isLate(listener)
                        && !AcceptQueue.isFilling(listener)
                        && !SlowAccepts.isSlow(listener)
                        && !StuckListeners.explains(seen, listener))
                .map(listener -> finding(listener, seen.utf8()))
                .toList();
    }

    private static boolean isLate(ObservedListener listener) {
        return listener.lateHandshakes >= MIN_LATE
                && Check.isShare(listener.lateHandshakes, listener.handshakes, SHARE_PERCENT);
    }

    private static Finding finding(ObservedListener listener, boolean utf8) {
        return new Finding(
                Kind.LATE_HANDSHAKE,
                Severity.NOTE,
                listener.socket,
                new ArrayList<>(listener.workers.keySet()),
                "late handshakes on " + Check.name(listener.socket) + ": SYN-ACKs were sent again to "
                        + Units.count(listener.lateHandshakes) + " of "
                        + Units.plural(listener.handshakes, "client", "clients") + " ("
                        + Check.percent(listener.lateHandshakes, listener.handshakes) + "); waits "
                        + Check.percentiles(listener.waits, utf8),
                "These clients usually lost a second or more before they reached the accept queue"
                        + (listener.queueHigh < 0 ? "." : ", which was not full.")
                        + " Look for lost packets between them and this machine: nstat TcpRetransSegs, ip -s link,"
                        + " firewalls.",
                Map.of(
                        "late_handshakes",
                        listener.lateHandshakes,
                        "handshakes",
                        listener.handshakes,
                        "wait_p50_ns",
                        listener.waits.percentileNs(50),
                        "wait_p99_ns",
                        listener.waits.percentileNs(99)));
    }
}
