package accept4trace.event;

import java.util.Arrays;

/** A FIFO queue of accept times (CLOCK_MONOTONIC, nanoseconds). */
final class AcceptTimes {
    private static final long[] NONE = {};
    private static final int MIN_CAPACITY = 4;

    private long[] times = NONE;
    private int first;
    private int size;
    /** Accepts up to this time may be missing; Long.MIN_VALUE if none are. */
    private long lostNs;

    private boolean complete = true;

    /**
     * @param lostNs accepts up to this time may be missing; Long.MIN_VALUE if none are
     */
    AcceptTimes(long lostNs) {
        this.lostNs = lostNs;
    }

    long lostNs() {
        return lostNs;
    }

    /** Removes the times up to and including {@code ns}. */
    void forgetUntil(long ns) {
        while (size > 0 && times[first] <= ns) {
            first = (first + 1) % times.length;
            size--;
        }
        complete = lostNs <= ns;
    }

    /** Returns whether all accepts after the time passed to the last {@link #forgetUntil} are known. */
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
        long[] wider = new long[Math.max(MIN_CAPACITY, 2 * times.length)];
        for (int i = 0; i < size; i++) {
            wider[i] = times[(first + i) % times.length];
        }
        times = wider;
        first = 0;
    }

    /** Discards all times and frees their memory. */
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

    /** Returns the capacity of the allocated array. */
    int room() {
        return times.length;
    }
}
