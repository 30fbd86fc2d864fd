package accept4trace.fake;

import accept4trace.capture.EventBatch;
import accept4trace.event.RecordBuilder;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Results of polls. */
public final class Batches {
    private Batches() {}

    public static EventBatch calls(int count) {
        return batch(count, 0, false, false);
    }

    /** Returns a failed call, followed by the end of the last traced process. */
    public static EventBatch failing(int errno) {
        ByteBuffer record = new RecordBuilder().ret(-errno).build();
        return new EventBatch(record, record.limit(), 0, false, true, false);
    }

    /** Returns an empty batch that says that a key was pressed. */
    public static EventBatch input() {
        return new EventBatch(ByteBuffer.allocate(0), 0, 0, false, false, true);
    }

    /** Returns calls, followed by the end of the last traced process. */
    public static EventBatch lastCalls(int count) {
        return batch(count, 0, false, true);
    }

    public static EventBatch of(RecordBuilder... builders) {
        ByteBuffer records = ByteBuffer.allocate(64 * 1024).order(ByteOrder.nativeOrder());
        for (RecordBuilder record : builders) {
            records.put(record.build());
        }
        return new EventBatch(records, records.position(), 0, false, false, false);
    }

    public static EventBatch batch(int count, int signal, boolean readerGone, boolean targetsGone) {
        ByteBuffer records = ByteBuffer.allocate(64 * 1024).order(ByteOrder.nativeOrder());
        for (int i = 0; i < count; i++) {
            records.put(new RecordBuilder().fd(-1).ret(-9).build());
        }
        return new EventBatch(records, records.position(), signal, readerGone, targetsGone, false);
    }
}
