package accept4trace.recording;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * Packs records, which mostly repeat an earlier record of the same size. A packed record begins with a byte: the lower
 * half is the place (see {@link KeptRecords}) of the record that it is compared with, the upper half is the place where
 * it is kept itself. A list of runs follows. A run begins with a byte: the upper half is the number of bytes that are
 * the same as in the earlier record, the lower half is the number of different bytes. If a half is 15, a number follows
 * that is added to it. The different bytes come next. Bytes after the last run are the same as in the earlier record.
 *
 * <p>So the writer alone decides which records are compared and kept. Each place contains zeros at the beginning of a
 * block. Records that are longer than {@link #MAX_KEPT_BYTES}, or whose size is not among the first {@link #MAX_SIZES}
 * sizes of the block, are not kept, and are compared with zeros.
 */
final class Packing {
    private static final int HALF_BITS = 4;
    private static final int MANY = 15;
    /** Fewer equal bytes do not end a run, because the first byte of another run would cost as much as they save. */
    private static final int SHORTEST = 2;
    /** The maximum number of sizes in {@link #kept}. Records have only few different sizes. */
    private static final int MAX_SIZES = 16;
    /** More than the length of almost all records. */
    private static final int MAX_KEPT_BYTES = 8 * 1024;

    private final Map<Integer, KeptRecords> kept = new HashMap<>();

    /** Forgets all records. Must be called at the beginning of each block. */
    void reset() {
        kept.clear();
    }

    private KeptRecords kept(int size) {
        KeptRecords known = kept.get(size);
        if (known != null) {
            return known;
        }
        KeptRecords added = new KeptRecords(size);
        if (kept.size() < MAX_SIZES && size <= MAX_KEPT_BYTES) {
            kept.put(size, added);
        }
        return added;
    }

    /** Appends a packed record, without its size. */
    void pack(ByteWriter out, ByteBuffer records, int from, int size) {
        byte[] record = new byte[size];
        records.get(from, record);
        KeptRecords known = kept(size);
        int similar = known.mostSimilar(record);
        byte[] before = known.get(similar);
        int place = known.placeFor(record, similar);
        out.add(place << HALF_BITS | similar);
        addRuns(out, record, before);
        known.put(place, record);
    }

    private static void addRuns(ByteWriter out, byte[] record, byte[] before) {
        int at = 0;
        while (at < record.length) {
            int equal = Arrays.mismatch(record, at, record.length, before, at, record.length);
            if (equal < 0) {
                return;
            }
            int begin = at + equal;
            int end = endOfRun(record, before, begin);
            addRun(out, equal, end - begin);
            out.add(record, begin, end - begin);
            at = end;
        }
    }

    private static int endOfRun(byte[] record, byte[] before, int begin) {
        int end = begin + 1;
        for (int i = end; i < before.length && i - end < SHORTEST; i++) {
            if (record[i] != before[i]) {
                end = i + 1;
            }
        }
        return end;
    }

    private static void addRun(ByteWriter out, int equal, int different) {
        out.add(Math.min(equal, MANY) << HALF_BITS | Math.min(different, MANY));
        if (equal >= MANY) {
            out.number(equal - MANY);
        }
        if (different >= MANY) {
            out.number(different - MANY);
        }
    }

    /**
     * Unpacks a record of {@code size} bytes from the rest of {@code in}. The result must not be changed, because later
     * records are based on it.
     */
    byte[] unpack(ByteReader in, int size) throws DamagedException {
        int places = in.next();
        int place = places >> HALF_BITS;
        int similar = places & MANY;
        if (place >= KeptRecords.PLACES || similar >= KeptRecords.PLACES) {
            throw new DamagedException();
        }
        KeptRecords known = kept(size);
        byte[] record = known.get(similar).clone();
        takeRuns(in, record);
        known.put(place, record);
        return record;
    }

    private static void takeRuns(ByteReader in, byte[] record) throws DamagedException {
        int at = 0;
        while (in.hasMore()) {
            int token = in.next();
            int equal = length(in, token >> HALF_BITS);
            int different = length(in, token & MANY);
            if (equal > record.length - at
                    || different > record.length - at - equal
                    || different > in.end() - in.at()) {
                throw new DamagedException();
            }
            at += equal;
            System.arraycopy(in.bytes(), in.at(), record, at, different);
            in.goTo(in.at() + different);
            at += different;
        }
    }

    private static int length(ByteReader in, int half) throws DamagedException {
        return half < MANY ? half : MANY + in.number(RecordingFormat.MAX_ITEM_BYTES);
    }
}
