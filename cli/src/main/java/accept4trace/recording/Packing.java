package accept4trace.recording;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * Packs records, which mostly repeat the previous record of the same size. A packed record is a list of runs. A run
 * begins with a byte: the upper half is the number of bytes that are the same as in the previous record, the lower half
 * is the number of different bytes. If a half is 15, a number follows that is added to it. The different bytes come
 * next. Bytes after the last run are the same as in the previous record. The first record of a size in a block is
 * compared with zeros.
 */
final class Packing {
    private static final int MANY = 15;
    /** Fewer equal bytes do not end a run, because the first byte of another run would cost as much as they save. */
    private static final int SHORTEST = 2;
    /** The maximum number of sizes in {@link #previous}. Records have only few different sizes. */
    private static final int MAX_SIZES = 16;

    private final Map<Integer, byte[]> previous = new HashMap<>();

    /** Forgets all records. Must be called at the beginning of each block. */
    void reset() {
        previous.values().forEach(record -> Arrays.fill(record, (byte) 0));
    }

    private byte[] previous(int size) {
        byte[] record = previous.get(size);
        if (record == null) {
            if (previous.size() >= MAX_SIZES) {
                return new byte[size];
            }
            record = new byte[size];
            previous.put(size, record);
        }
        return record;
    }

    /** Appends a packed record, without its size. */
    void pack(ByteWriter out, ByteBuffer records, int from, int size) {
        byte[] before = previous(size);
        int at = 0;
        while (at < size) {
            int equal = at;
            while (equal < size && records.get(from + equal) == before[equal]) {
                equal++;
            }
            if (equal == size) {
                return;
            }
            int end = endOfRun(records, from, before, equal);
            run(out, equal - at, end - equal);
            out.reserve(end - equal);
            for (int i = equal; i < end; i++) {
                before[i] = records.get(from + i);
                out.add(before[i]);
            }
            at = end;
        }
    }

    private static int endOfRun(ByteBuffer records, int from, byte[] before, int begin) {
        int end = begin + 1;
        for (int i = end; i < before.length && i - end < SHORTEST; i++) {
            if (records.get(from + i) != before[i]) {
                end = i + 1;
            }
        }
        return end;
    }

    private static void run(ByteWriter out, int equal, int different) {
        out.add(Math.min(equal, MANY) << 4 | Math.min(different, MANY));
        if (equal >= MANY) {
            out.number(equal - MANY);
        }
        if (different >= MANY) {
            out.number(different - MANY);
        }
    }

    /**
     * Unpacks a record of {@code size} bytes from the rest of {@code in}. The result must not be changed, because the
     * next record is based on it.
     */
    byte[] unpack(ByteReader in, int size) throws DamagedException {
        byte[] record = previous(size);
        int at = 0;
        while (in.hasMore()) {
            int token = in.next();
            int equal = length(in, token >> 4);
            int different = length(in, token & MANY);
            if (equal > size - at || different > size - at - equal || different > in.end() - in.at()) {
                throw new DamagedException();
            }
            at += equal;
            System.arraycopy(in.bytes(), in.at(), record, at, different);
            in.goTo(in.at() + different);
            at += different;
        }
        return record;
    }

    private static int length(ByteReader in, int half) throws DamagedException {
        return half < MANY ? half : MANY + in.number(RecordingFormat.MAX_ITEM_BYTES);
    }
}
