package accept4trace.capture.jna;

import accept4trace.capture.CaptureException;
import accept4trace.capture.NativeLayout.SnapshotOf;
import accept4trace.capture.Snapshots;
import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Takes snapshots with liba4t. */
final class KernelSnapshots implements Snapshots {
    private static final int BATCH_BYTES = 128 * 1024;

    private final NativeTracer library;
    private final Pointer snapshots;
    private final Memory batch = new Memory(BATCH_BYTES);
    private final ByteBuffer records = batch.getByteBuffer(0, BATCH_BYTES).order(ByteOrder.nativeOrder());
    private String subject = "";
    private boolean closed;

    private KernelSnapshots(NativeTracer library, Pointer snapshots) {
        this.library = library;
        this.snapshots = snapshots;
    }

    static KernelSnapshots open(NativeTracer library) throws CaptureException {
        return new KernelSnapshots(library, library.openSnapshots());
    }

    @Override
    public synchronized void read(Subject what, Records to) throws CaptureException {
        switch (what) {
            case QUEUES -> begin(SnapshotOf.QUEUES, "the accept queues");
            case THREADS -> begin(SnapshotOf.THREADS, "the threads");
        }
        for (int length = read(); length > 0; length = read()) {
            to.add(records, length);
        }
    }

    private void begin(int what, String name) throws CaptureException {
        subject = name;
        /* A background thread may call this after the trace has ended. */
        if (closed) {
            throw new CaptureException("take a snapshot of " + subject, 0, "the trace has ended");
        }
        requireSuccess(library.beginSnapshot(snapshots, what));
    }

    private int read() throws CaptureException {
        return requireSuccess(library.readSnapshot(snapshots, batch, BATCH_BYTES));
    }

    private int requireSuccess(int result) throws CaptureException {
        if (result < 0) {
            throw new CaptureException("take a snapshot of " + subject, -result, "");
        }
        return result;
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            library.closeSnapshots(snapshots);
        }
    }
}
