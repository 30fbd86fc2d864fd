package accept4trace.diagnose;

import java.util.HashMap;
import java.util.Map;

/**
 * Searches for other programs that a server runs, which would inherit its connections. Looks several times a second
 * until the end of the run, because such programs, e.g. CGI scripts, may only live for a short time. A program that
 * starts and ends between two searches remains unseen, unless its parent has not waited for it yet.
 */
final class RunPrograms {
    private static final long INTERVAL_NS = 200_000_000;
    /** Limits the cost of a search, which reads the descendants of each process. */
    private static final int MAX_PROCESSES = 16;

    private final ServerFacts facts;
    /** The processes that have not been seen to run other programs, by process id. */
    private final Map<Integer, ObservedProcess> watched = new HashMap<>();

    private long nextSearchNs;

    RunPrograms(ServerFacts facts) {
        this.facts = facts;
    }

    /** Looks now, and again later if nothing is found. {@code nowNs}: CLOCK_MONOTONIC. */
    void watch(int tgid, ObservedProcess process, long nowNs) {
        if (process.runsOtherPrograms || search(tgid, process) || watched.size() == MAX_PROCESSES) {
            return;
        }
        if (watched.isEmpty()) {
            nextSearchNs = nowNs + INTERVAL_NS;
        }
        watched.put(tgid, process);
    }

    private boolean search(int tgid, ObservedProcess process) {
        process.runsOtherPrograms = facts.runsOtherPrograms(tgid);
        return process.runsOtherPrograms;
    }

    long remainingNs(long nowNs) {
        return watched.isEmpty() ? Long.MAX_VALUE : Math.max(0, nextSearchNs - nowNs);
    }

    /** Searches if a search is due. */
    void search(long nowNs) {
        if (remainingNs(nowNs) == 0) {
            searchNow(nowNs);
        }
    }

    void searchNow(long nowNs) {
        nextSearchNs = nowNs + INTERVAL_NS;
        watched.entrySet()
                .removeIf(entry -> !facts.isRunning(entry.getKey()) || search(entry.getKey(), entry.getValue()));
    }
}
