package accept4trace.diagnose;

import accept4trace.diagnose.Finding.Kind;
import accept4trace.diagnose.Finding.Severity;
import accept4trace.text.Units;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * Finds workers that are woken for a connection that another worker gets. Only the first accept after a wake-up counts,
 * because even healthy loops accept until EAGAIN.
 */
final class ThunderingHerd implements Check {
    /** 20 % of the wake-ups. With EPOLLEXCLUSIVE under load, far fewer are wasted. */
    private static final int SHARE_PERCENT = 20;
    /** Fewer wasted wake-ups may be due to chance. */
    private static final int MIN_EMPTY = 20;

    @Override
    public List<Finding> findings(Observations seen, long durationNs) {
        return seen.listeners().stream()
                .filter(ThunderingHerd::isHerd)
                .map(listener -> finding(listener, seen, durationNs))
                .toList();
    }

    private static boolean isHerd(ObservedListener listener) {
        long empty = empty(listener);
        return empty >= MIN_EMPTY && Check.isShare(empty, wakeUps(listener), SHARE_PERCENT);
    }

    private static long wakeUps(ObservedListener listener) {
        return listener.sum(worker -> worker.wakeUps);
    }

    private static long empty(ObservedListener listener) {
        return listener.sum(worker -> worker.emptyWakeUps);
    }

    private static Finding finding(ObservedListener listener, Observations seen, long durationNs) {
        long empty = empty(listener);
        List<Map.Entry<Integer, ObservedWorker>> woken = woken(listener);
        List<String> workers = woken.stream()
                .map(worker -> Check.name(worker.getKey(), seen.processes().get(worker.getKey())) + " "
                        + Check.percent(worker.getValue().emptyWakeUps, worker.getValue().wakeUps))
                .toList();
        return new Finding(
                Kind.HERD,
                Check.isCostly(empty, durationNs) ? Severity.WASTE : Severity.NOTE,
                listener.socket,
                woken.stream().map(Map.Entry::getKey).toList(),
                "thundering herd on " + Check.name(listener.socket) + ": " + Check.percent(empty, wakeUps(listener))
                        + " of wake-ups found no connection (" + Units.count(empty) + " of "
                        + Units.count(wakeUps(listener)) + "; " + Check.list(workers) + ")",
                remedy(listener, woken),
                Map.of("wakeups", wakeUps(listener), "empty_wakeups", empty, "workers", (long) woken.size()));
    }

    private static List<Map.Entry<Integer, ObservedWorker>> woken(ObservedListener listener) {
        Comparator<Map.Entry<Integer, ObservedWorker>> worst =
                Comparator.comparingLong(worker -> -worker.getValue().emptyWakeUps);
        return listener.workers.entrySet().stream()
                .filter(worker -> worker.getValue().wakeUps > 0)
                .sorted(worst)
                .toList();
    }

    /** Returns what is known about who waits for the listener, as a sentence. */
    private static String waiters(List<Map.Entry<Integer, ObservedWorker>> woken) {
        if (woken.size() > 1) {
            return woken.size() + " processes wait for it. ";
        }
        long threads = woken.get(0).getValue().pollingThreads();
        return threads > 1
                ? threads + " threads of one process wait for it. "
                : "Only one thread was seen to wait for it, so others, which are not traced, probably wait, too. ";
    }

    private static String remedy(ObservedListener listener, List<Map.Entry<Integer, ObservedWorker>> woken) {
        String who = waiters(woken);
        if (listener.reusePort) {
            return who + "SO_REUSEPORT is on, but a shared socket still wakes all of them: open a separate"
                    + " socket for each.";
        }
        String own = "give each its own listener with SO_REUSEPORT (nginx: listen ... reuseport).";
        if (listener.isPolledExclusively()) {
            return who + "EPOLLEXCLUSIVE is on, but can wake more than one: " + own;
        }
        return who
                + (listener.mayBePolledExclusively()
                        ? "It is unknown whether they use EPOLLEXCLUSIVE: use it, or "
                        : "Each connection wakes all of them: use EPOLLEXCLUSIVE, or ")
                + own;
    }
}
