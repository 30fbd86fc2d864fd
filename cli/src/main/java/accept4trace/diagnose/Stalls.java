package accept4trace.diagnose;

/** Pauses of at least {@link SlowAccepts#SLOW_NS} between two accepts from a socket while a connection waited. */
final class Stalls {
    private long count;
    private long longestNs;

    /**
     * Adds an accept if it ended a stall.
     *
     * @param waitNs how long its connection waited
     * @param gapNs a lower bound of the time since the previous accept from the same socket; negative if unknown
     */
    void add(long waitNs, long gapNs) {
        long stallNs = Math.min(waitNs, gapNs);
        if (stallNs >= SlowAccepts.SLOW_NS) {
            count++;
            longestNs = Math.max(longestNs, stallNs);
        }
    }

    /** Forgets all stalls, because the accepts that would have ended them earlier may be missing. */
    void clear() {
        count = 0;
        longestNs = 0;
    }

    long count() {
        return count;
    }

    /** Returns 0 if there was none. */
    long longestNs() {
        return longestNs;
    }

    /** Returns e.g. "; stalled 1.3 s" or "; stalled 3 times, up to 1.3 s"; empty if there was no stall. */
    String text() {
        if (count == 0) {
            return "";
        }
        String longest = StuckThread.seconds(longestNs);
        return count == 1 ? "; stalled " + longest : "; stalled " + count + " times, up to " + longest;
    }
}
