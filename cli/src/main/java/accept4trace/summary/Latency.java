package accept4trace.summary;

import org.HdrHistogram.Histogram;

/** How long something took, of many. */
public final class Latency {
    private static final long HOUR_NS = 3_600_000_000_000L;
    private static final int DIGITS = 2;

    private final Histogram nanos = new Histogram(HOUR_NS, DIGITS);
    private long sumNs;

    public void add(long ns) {
        nanos.recordValue(Math.min(Math.max(0, ns), HOUR_NS));
        sumNs += ns;
    }

    public long count() {
        return nanos.getTotalCount();
    }

    public long sumNs() {
        return sumNs;
    }

    public long maxNs() {
        return nanos.getMaxValue();
    }

    /** {@code percentile}: 50, 99.9 and so on; exact to two digits. */
    public long percentileNs(double percentile) {
        return nanos.getValueAtPercentile(percentile);
    }

    /**
     * Of those that took at least {@code fromNs} and less than {@code belowNs}. What cannot be told apart from a bound
     * is counted above it, and nowhere else.
     */
    public long countBetween(long fromNs, long belowNs) {
        return countBelow(belowNs) - countBelow(fromNs);
    }

    private long countBelow(long ns) {
        if (ns > HOUR_NS) {
            return count();
        }
        long bound = nanos.lowestEquivalentValue(ns);
        return bound == 0 ? 0 : nanos.getCountBetweenValues(0, bound - 1);
    }
}
