package accept4trace.capture.jna;

import accept4trace.capture.CaptureException;
import accept4trace.capture.Snapshots;
import accept4trace.event.HeldListener;
import accept4trace.event.QueueDecoder;
import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.Consumer;

/** Takes snapshots with liba4t. */
final class KernelSnapshots implements Snapshots {
    private static final int BATCH_BYTES = 128 * 1024;

    private final NativeTracer library;
    private final Pointer snapshots;
    private final Memory batch = new Memory(BATCH_BYTES);
    private final ByteBuffer records = batch.getByteBuffer(0, BATCH_BYTES).order(ByteOrder.nativeOrder());
    private boolean closed;

    private KernelSnapshots(NativeTracer library, Pointer snapshots) {
        this.library = library;
        this.snapshots = snapshots;
    }

    static KernelSnapshots open(NativeTracer library) throws CaptureException {
        return new KernelSnapshots(library, library.openSnapshots());
    }

    @Override
    public void take(Consumer<HeldListener> to) throws CaptureException {
        requireSuccess(library.beginSnapshot(snapshots));
        int length;
        while ((length = requireSuccess(library.readSnapshot(snapshots, batch, BATCH_BYTES))) > 0) {
            QueueDecoder.decode(records, length, to);
        }
    }

    private static int requireSuccess(int result) throws CaptureException {
        if (result < 0) {
            throw new CaptureException("take a snapshot of the accept queues", -result, "");
        }
        return result;
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            library.closeSnapshots(snapshots);
        }
    }
}
