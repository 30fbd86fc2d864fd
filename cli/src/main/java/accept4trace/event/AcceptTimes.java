package accept4trace.event;

import java.util.Arrays;

/** A queue of the times of accepts, in order. */
final class AcceptTimes {
    private static final long[] NONE = {};
    private static final int FEWEST = 4;

    private long[] times = NONE;
    private int first;
    private int size;
    /** The latest of those that were forgotten for want of room. */
    private long lostNs;

    private boolean complete = true;

    /** {@code lostNs}: until when accepts may be missing, Long.MIN_VALUE for none. */
    AcceptTimes(long lostNs) {
        this.lostNs = lostNs;
    }

    long lostNs() {
        return lostNs;
    }

    /** Drops those up to {@code ns}, which later connections did not wait for. */
    void forgetUntil(long ns) {
        while (size > 0 && times[first] <= ns) {
            first = (first + 1) % times.length;
            size--;
        }
        complete = lostNs <= ns;
    }

    /** Whether none is missing of those after the last {@link #forgetUntil}. */
    boolean isComplete() {
        return complete;
    }

    void add(long ns) {
        if (size == times.length) {
            grow();
        }
        times[(first + size) % times.length] = ns;
        size++;
    }

    private void grow() {
        long[] wider = new long[Math.max(FEWEST, 2 * times.length)];
        for (int i = 0; i < size; i++) {
            wider[i] = times[(first + i) % times.length];
        }
        times = wider;
        first = 0;
    }

    /** For want of room. */
    void forgetAll() {
        if (size > 0) {
            lostNs = Math.max(lostNs, Arrays.stream(times).max().getAsLong());
        }
        times = NONE;
        first = 0;
        size = 0;
    }

    int size() {
        return size;
    }

    /** How many times its memory holds. */
    int room() {
        return times.length;
    }
}
