package accept4trace.diagnose;

import accept4trace.diagnose.Finding.Kind;
import accept4trace.diagnose.Finding.Severity;
import accept4trace.text.Units;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Finds connections that waited long because the accept loop accepts too rarely. */
final class SlowAccepts implements Check {
    /** A tenth of a second: noticeable, and far longer than a scheduling delay on a machine that is not overloaded. */
    static final long SLOW_NS = 100_000_000;
    /** Five percent. Fewer slow connections may be due to a pause, e.g. for garbage collection. */
    private static final int SHARE_PERCENT = 5;

    private static final int MIN_SLOW = 5;
    /** One second. A stall of this length is a finding even if only one connection had to wait. */
    private static final long LONG_STALL_NS = Units.SECOND_NS;

    @Override
    public List<Finding> findings(Observations seen, long durationNs) {
        return seen.listeners().stream()
                .filter(listener -> isSlow(listener)
                        && AcceptQueue.refused(seen, listener).attempts() == 0
                        && !StuckListeners.explains(seen, listener))
                .map(listener -> finding(listener, seen.acceptorTime(listener), seen.utf8()))
                .toList();
    }

    static boolean isSlow(ObservedListener listener) {
        return listener.stalls.longestNs() >= LONG_STALL_NS
                || (listener.slow >= MIN_SLOW && Check.isShare(listener.slow, listener.waits.count(), SHARE_PERCENT));
    }

    /** {@code acceptor}: null if it is unknown which thread should have accepted. */
    private static Finding finding(ObservedListener listener, @Nullable AcceptorTime acceptor, boolean utf8) {
        return new Finding(
                Kind.SLOW,
                Severity.DELAY,
                listener.socket,
                new ArrayList<>(listener.workers.keySet()),
                "slow accept loop on " + Check.name(listener.socket) + ": "
                        + Check.percent(listener.slow, listener.waits.count()) + " of connections waited "
                        + Units.duration(SLOW_NS, false) + " or longer (" + Check.percentiles(listener.waits, utf8)
                        + ")"
                        + listener.stalls.text() + (acceptor == null ? "" : acceptor.text()),
                remedy(listener),
                numbers(listener, acceptor));
    }

    private static Map<String, Long> numbers(ObservedListener listener, @Nullable AcceptorTime acceptor) {
        Map<String, Long> numbers = new HashMap<>(Map.of(
                "connections", listener.waits.count(),
                "slow", listener.slow,
                "slow_while_busy", listener.slowWhileBusy,
                "stalls", listener.stalls.count(),
                "longest_stall_ns", listener.stalls.longestNs(),
                "wait_p50_ns", listener.waits.percentileNs(50),
                "wait_p99_ns", listener.waits.percentileNs(99)));
        if (acceptor == null) {
            AcceptorTime.addUnknown(numbers);
        } else {
            acceptor.addTo(numbers);
        }
        return numbers;
    }

    private static String remedy(ObservedListener listener) {
        String busy = Units.count(listener.slowWhileBusy) + " of these " + Units.count(listener.slow)
                + " arrived while the accepting thread was doing something else";
        return 2 * listener.slowWhileBusy >= listener.slow
                ? busy + ": move slow work out of that thread, or add workers."
                : busy + ". The others waited for it to wake up: the processors are busy, or its priority is low.";
    }
}
