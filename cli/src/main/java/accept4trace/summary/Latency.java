package accept4trace.summary;

import accept4trace.text.Units;
import java.util.Arrays;

/**
 * A histogram of durations in nanoseconds. Sum, minimum and maximum are exact, percentiles to two digits. It stores only
 * the buckets that have counts. If the budget has no room for more of them, neighbours are merged and percentiles become
 * coarser, see {@link #isCoarse}.
 */
public final class Latency {
    /** Heap of one that has not grown. */
    public static final int LEAST_BYTES = 200;

    /** Each power of two has 2^7 buckets, which are less than one percent wide. */
    private static final int PRECISION_BITS = 7;

    private static final int FEWEST = 8;
    private static final int MOST = 4096;
    private static final int BUCKET_BYTES = Short.BYTES + Long.BYTES;

    private final Budget budget;
    /** Ascending; those from {@code used} on are free. */
    private short[] codes = new short[FEWEST];

    private long[] counts = new long[FEWEST];
    private int used;
    /** How often all neighbours have been merged. */
    private int merged;

    private long total;
    private long sumNs;
    private long minNs = Long.MAX_VALUE;
    private long maxNs;

    public Latency() {
        this(new Budget(Long.MAX_VALUE));
    }

    /** {@code budget}: pays for growth, not for {@link #LEAST_BYTES}. */
    public Latency(Budget budget) {
        this.budget = budget;
    }

    public void add(long ns) {
        long positive = Math.max(0, ns);
        total++;
        sumNs += positive;
        minNs = Math.min(minNs, positive);
        maxNs = Math.max(maxNs, positive);
        while (true) {
            int code = code(positive) >> merged;
            int at = Arrays.binarySearch(codes, 0, used, (short) code);
            if (at >= 0) {
                counts[at]++;
                return;
            }
            if (used < codes.length || grow()) {
                insert(~at, code);
                return;
            }
            mergeNeighbours();
        }
    }

    /** Ascending with the time: its highest bits, behind their number. At most 57 << 7 | 127. */
    private static int code(long ns) {
        int exponent = Math.max(0, Long.SIZE - 1 - PRECISION_BITS - Long.numberOfLeadingZeros(ns | 1));
        return (exponent << PRECISION_BITS) + (int) (ns >>> exponent);
    }

    /** The least time of a bucket that has not been merged. */
    private static long leastNs(int code) {
        int exponent = Math.max(0, (code >> PRECISION_BITS) - 1);
        int exponents = (Long.SIZE - 1) - (PRECISION_BITS + 1);
        return exponent > exponents ? Long.MAX_VALUE : (long) (code - (exponent << PRECISION_BITS)) << exponent;
    }

    private boolean grow() {
        if (codes.length >= MOST || !budget.take((long) codes.length * BUCKET_BYTES)) {
            return false;
        }
        codes = Arrays.copyOf(codes, 2 * codes.length);
        counts = Arrays.copyOf(counts, codes.length);
        return true;
    }

    private void insert(int at, int code) {
        System.arraycopy(codes, at, codes, at + 1, used - at);
        System.arraycopy(counts, at, counts, at + 1, used - at);
        codes[at] = (short) code;
        counts[at] = 1;
        used++;
    }

    private void mergeNeighbours() {
        int kept = 0;
        for (int i = 0; i < used; i++) {
            short code = (short) (codes[i] >> 1);
            if (kept > 0 && codes[kept - 1] == code) {
                counts[kept - 1] += counts[i];
            } else {
                codes[kept] = code;
                counts[kept++] = counts[i];
            }
        }
        used = kept;
        merged++;
    }

    /** Gives back to the budget what it has grown by; it must not be used any more. */
    public void release() {
        budget.give((long) (codes.length - FEWEST) * BUCKET_BYTES);
    }

    public long count() {
        return total;
    }

    public long sumNs() {
        return sumNs;
    }

    /** Exact; 0 if there is none. */
    public long maxNs() {
        return maxNs;
    }

    /** Whether percentiles are less exact than two digits. */
    public boolean isCoarse() {
        return merged > 0;
    }

    /** Returns a percentile of at least one time as people read it; a tilde marks two digits that are not exact. */
    public String percentileText(double percentile, boolean utf8) {
        return (isCoarse() ? "~" : "") + Units.duration(percentileNs(percentile), utf8);
    }

    /**
     * Returns the longest time of the bucket that holds a percentile, but not more than the maximum; -1 if there is no
     * time at all.
     *
     * @param percentile 50, 99.9 and so on
     */
    public long percentileNs(double percentile) {
        if (total == 0) {
            return -1;
        }
        long wanted = Math.max(1, (long) Math.ceil(percentile / 100 * total));
        long seen = 0;
        for (int i = 0; i < used; i++) {
            seen += counts[i];
            if (seen >= wanted) {
                return Math.max(minNs, Math.min(maxNs, leastNs((codes[i] + 1) << merged) - 1));
            }
        }
        return maxNs;
    }

    /**
     * Counts times of at least {@code fromNs} and less than {@code belowNs}. Those in the same bucket as a bound are
     * counted above it.
     */
    public long countBetween(long fromNs, long belowNs) {
        return countBelow(belowNs) - countBelow(fromNs);
    }

    private long countBelow(long ns) {
        if (ns > maxNs) {
            return total;
        }
        int bound = code(ns) >> merged;
        long below = 0;
        for (int i = 0; i < used && codes[i] < bound; i++) {
            below += counts[i];
        }
        return below;
    }
}
