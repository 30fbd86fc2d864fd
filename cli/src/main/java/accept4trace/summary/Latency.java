package accept4trace.summary;

import accept4trace.text.Units;
import java.util.Arrays;

/**
 * A histogram of durations in nanoseconds. Sum and maximum are exact; percentiles have two exact digits. Only buckets
 * with counts are stored. If there is no room for more buckets, neighbours are merged, and percentiles become coarser:
 * see {@link #isCoarse}.
 */
public final class Latency {
    /** Heap of a histogram that has not grown, in bytes. */
    public static final int MIN_BYTES = 200;

    /** Each power of two has 2^7 buckets, which are less than one percent wide. */
    private static final int PRECISION_BITS = 7;

    private static final int MIN_BUCKETS = 8;
    private static final int MAX_BUCKETS = 4096;
    private static final int BUCKET_BYTES = Short.BYTES + Long.BYTES;

    private final Budget budget;
    /** Sorted bucket codes; elements from {@code used} on are free. */
    private short[] codes = new short[MIN_BUCKETS];

    private long[] counts = new long[MIN_BUCKETS];
    private int used;
    /** How many times all neighbours have been merged. */
    private int merged;

    private long total;
    private long sumNs;
    private long minNs = Long.MAX_VALUE;
    private long maxNs;

    public Latency() {
        this(new Budget(Long.MAX_VALUE));
    }

    /**
     * @param budget limits only the growth beyond {@link #MIN_BYTES}
     */
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

    /** Returns the bucket code: the exponent, then the highest bits. Grows with {@code ns}, up to 56 << 7 | 127. */
    private static int code(long ns) {
        int exponent = Math.max(0, Long.SIZE - 1 - PRECISION_BITS - Long.numberOfLeadingZeros(ns | 1));
        return (exponent << PRECISION_BITS) + (int) (ns >>> exponent);
    }

    /** Returns the lower bound of a bucket that has not been merged, in nanoseconds. */
    private static long leastNs(int code) {
        int exponent = Math.max(0, (code >> PRECISION_BITS) - 1);
        int exponents = (Long.SIZE - 1) - (PRECISION_BITS + 1);
        return exponent > exponents ? Long.MAX_VALUE : (long) (code - (exponent << PRECISION_BITS)) << exponent;
    }

    private boolean grow() {
        if (codes.length >= MAX_BUCKETS || !budget.take((long) codes.length * BUCKET_BYTES)) {
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

    /** Returns the reserved bytes to the budget. The histogram must not be used afterwards. */
    public void release() {
        budget.give((long) (codes.length - MIN_BUCKETS) * BUCKET_BYTES);
    }

    public long count() {
        return total;
    }

    public long sumNs() {
        return sumNs;
    }

    /** Returns the exact maximum; 0 if there are no durations. */
    public long maxNs() {
        return maxNs;
    }

    /** Returns whether percentiles have fewer than two exact digits. */
    public boolean isCoarse() {
        return merged > 0;
    }

    /** Returns a human-readable percentile, with a tilde if it is coarse. Needs at least one duration. */
    public String percentileText(double percentile, boolean utf8) {
        return (isCoarse() ? "~" : "") + Units.duration(percentileNs(percentile), utf8);
    }

    /**
     * Returns the upper bound of the bucket that holds a percentile, clamped to the minimum and maximum.
     *
     * @param percentile above 0 and at most 100, e.g. 99.9
     * @return nanoseconds; -1 if there are no durations
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
     * Returns how many durations are at least {@code fromNs}, but below {@code belowNs}. A bucket that contains a bound
     * counts as above the bound, unless the bound exceeds the maximum.
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
