package accept4trace.recording;

import accept4trace.capture.Snapshots.Records;
import accept4trace.capture.Snapshots.Subject;
import accept4trace.event.EventLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The value of {@link RecordingFormat#SNAPSHOT}: the {@link Subject} (1 byte, 0 = queues, 1 = threads), whether it was
 * taken after the trace (1 byte), why the snapshot failed (bytes, null if it did not), the number of targets, the ids
 * of the targets, and the records. Each record is its size (number), the size of its packed form (number), and the
 * record as written by {@link Packing}.
 */
final class SnapshotItem {
    private static final int QUEUES = 0;
    private static final int THREADS = 1;
    /** More than the size of the largest record, which is that of a listener with the maximum number of connections. */
    private static final int MAX_RECORD_BYTES = 8 * 1024;
    /** Large enough for any record. */
    private static final int BATCH_BYTES = 64 * 1024;
    /** The maximum size of all records, unpacked. */
    private static final int MAX_BYTES = 4 << 20;
    /** Each target has at least one record. */
    private static final int MAX_TARGETS = MAX_BYTES / EventLayout.Queue.BYTES;

    private final Subject subject;
    private final boolean last;
    private final @Nullable String failure;
    private final Set<Integer> targets = new TreeSet<>();
    private final ByteReader records;

    /** Collects records, and creates an item from them. */
    static final class Writer {
        private final ByteWriter records = new ByteWriter();
        private final ByteWriter packed = new ByteWriter();
        private final Packing packing = new Packing();
        private int bytes;

        /** Adds a record unless there are too many. */
        void add(ByteBuffer batch, int at, int size) {
            bytes += size;
            if (isTooLong()) {
                return;
            }
            packed.clear();
            packing.pack(packed, batch, at, size);
            records.number(size).number(packed.length()).add(packed.bytes(), 0, packed.length());
        }

        private boolean isTooLong() {
            return bytes > MAX_BYTES || records.length() > RecordingFormat.MAX_ITEM_BYTES / 2;
        }

        /** {@code failure}: null if the snapshot is complete. */
        ByteWriter item(Subject subject, boolean last, Set<Integer> targets, @Nullable String failure) {
            String why = failure == null && isTooLong() ? "there are too many to record" : failure;
            ByteWriter item = new ByteWriter();
            item.add(subject == Subject.QUEUES ? QUEUES : THREADS)
                    .add(last ? 1 : 0)
                    .text(why)
                    .number(targets.size());
            targets.forEach(item::number);
            return why == null ? item.add(records.bytes(), 0, records.length()) : item;
        }
    }

    /** {@code item}: written by {@link Writer#item}. */
    static boolean isLast(byte[] item) {
        return item[1] != 0;
    }

    SnapshotItem(ByteReader in) throws DamagedException {
        int number = in.next();
        if (number != QUEUES && number != THREADS) {
            throw new DamagedException();
        }
        subject = number == QUEUES ? Subject.QUEUES : Subject.THREADS;
        last = in.next() != 0;
        failure = in.message();
        for (int left = in.number(MAX_TARGETS); left > 0; left--) {
            targets.add(in.number(Integer.MAX_VALUE));
        }
        records = new ByteReader(in.take(in.end() - in.at()));
    }

    Subject subject() {
        return subject;
    }

    /** Returns whether the snapshot was taken after the trace. */
    boolean isLast() {
        return last;
    }

    /** Returns why the snapshot failed; null if it did not. */
    @Nullable
    String failure() {
        return failure;
    }

    Set<Integer> targets() {
        return targets;
    }

    /** Passes all records to {@code to}, in batches of complete records. */
    void unpack(Records to) throws DamagedException {
        ByteBuffer batch = ByteBuffer.allocate(BATCH_BYTES).order(ByteOrder.nativeOrder());
        Packing packing = new Packing();
        int bytes = 0;
        records.goTo(0);
        while (records.hasMore()) {
            int size = records.number(MAX_RECORD_BYTES);
            byte[] packed = records.take(records.number(MAX_RECORD_BYTES));
            bytes += size;
            if (bytes > MAX_BYTES) {
                throw new DamagedException();
            }
            if (size > batch.remaining()) {
                to.add(batch, batch.position());
                batch.clear();
            }
            batch.put(packing.unpack(new ByteReader(packed), size), 0, size);
        }
        to.add(batch, batch.position());
    }
}
