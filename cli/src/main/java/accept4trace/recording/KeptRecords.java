package accept4trace.recording;

import java.util.Arrays;

/**
 * Earlier records of one size, each in a numbered place. {@link Packing} stores a record as its difference from a
 * similar earlier one. Servers cycle through a few kinds of calls, such as a poll, an accept, and an accept that fails
 * with EAGAIN. The previous record is therefore often of a different kind, so a recent record of each kind is kept.
 * Callers must not change the arrays that they put here or get from here.
 */
final class KeptRecords {
    /** The number of places. At most 16, so that two places fit into a byte. */
    static final int PLACES = 8;
    /** Two records are of the same kind if at most one byte in this many differs. */
    private static final int SIMILAR = 16;

    private final byte[][] records = new byte[PLACES][];
    /** For each place, the value of {@link #count} when a record was last put there. */
    private final long[] used = new long[PLACES];

    private long count;

    KeptRecords(int size) {
        Arrays.fill(records, new byte[size]);
    }

    byte[] get(int place) {
        return records[place];
    }

    void put(int place, byte[] record) {
        records[place] = record;
        used[place] = ++count;
    }

    /** Returns the place of the record that differs in the fewest bytes. */
    int mostSimilar(byte[] record) {
        int similar = 0;
        int least = Integer.MAX_VALUE;
        for (int place = 0; place < PLACES && least > 0; place++) {
            int different = countDifferent(record, records[place], least);
            if (different < least) {
                least = different;
                similar = place;
            }
        }
        return similar;
    }

    /**
     * Returns the place for a record: {@code similar}, which is the result of {@link #mostSimilar}, if the record there
     * is of the same kind, and otherwise the place that was written least recently.
     */
    int placeFor(byte[] record, int similar) {
        int most = record.length / SIMILAR;
        return countDifferent(record, records[similar], most + 1) <= most ? similar : oldest();
    }

    private int oldest() {
        int oldest = 0;
        for (int place = 1; place < PLACES; place++) {
            if (used[place] < used[oldest]) {
                oldest = place;
            }
        }
        return oldest;
    }

    /** Returns the number of different bytes, but stops counting at {@code most}. */
    private static int countDifferent(byte[] one, byte[] other, int most) {
        int count = 0;
        for (int i = 0; i < one.length && count < most; i++) {
            if (one[i] != other[i]) {
                count++;
            }
        }
        return count;
    }
}
