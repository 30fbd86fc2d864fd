package accept4trace.recording;

import accept4trace.capture.CaptureException;
import accept4trace.capture.Snapshots;
import accept4trace.event.HeldListener;
import accept4trace.event.QueueDecoder;
import accept4trace.event.ThreadDecoder;
import accept4trace.queue.QueueSampler;
import accept4trace.queue.QueueSelection;
import accept4trace.queue.TraceSelection;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Takes snapshots. Records the listeners that targets hold, and the threads of every process that holds one of these
 * listeners.
 */
public final class RecordedSnapshots implements Snapshots {
    /** Bounds the memory to some megabytes. */
    private static final int MAX_BYTES = 4 << 20;

    private final Snapshots snapshots;
    private final RecordedSource source;
    private final TraceSelection selection;
    private final Recorder recorder;
    /** The processes that hold a recorded listener of the last snapshot. */
    private Set<Integer> holders = Set.of();

    private boolean last;

    /** A listener, and the records of all its descriptors. */
    private static final class Held {
        private final List<byte[]> records = new ArrayList<>();
        private final Set<Integer> holders = new HashSet<>();
        private final Set<Integer> targets = new HashSet<>();
    }

    /** {@code selection}: the filters of the trace. */
    public RecordedSnapshots(Snapshots snapshots, RecordedSource source, TraceSelection selection, Recorder recorder) {
        this.snapshots = snapshots;
        this.source = source;
        this.selection = selection;
        this.recorder = recorder;
    }

    @Override
    public synchronized void read(Subject subject, Records to) throws CaptureException {
        if (subject == Subject.QUEUES) {
            readQueues(to);
        } else {
            readThreads(to);
        }
    }

    private void readQueues(Records to) throws CaptureException {
        last = source.isStopped();
        source.beginSnapshot();
        SnapshotItem.Writer writer = new SnapshotItem.Writer();
        Set<Integer> targets = new HashSet<>();
        String failure = null;
        try {
            Map<Long, Held> all = new LinkedHashMap<>();
            QueueSelection wanted = selection.now(source::isTarget);
            int[] bytes = {0};
            snapshots.read(Subject.QUEUES, (batch, length) -> {
                QueueDecoder.forEach(batch, length, (at, size, record) -> {
                    bytes[0] += size;
                    if (bytes[0] <= MAX_BYTES && wanted.selects(record)) {
                        add(all, record, wanted, copy(batch, at, size));
                    }
                });
                to.add(batch, length);
            });
            failure = bytes[0] > MAX_BYTES ? "there are too many to record" : null;
            holders = new HashSet<>();
            for (Held held : all.values()) {
                if (!held.targets.isEmpty()) {
                    held.records.forEach(record -> writer.add(ByteBuffer.wrap(record), 0, record.length));
                    holders.addAll(held.holders);
                    targets.addAll(held.targets);
                }
            }
        } catch (CaptureException e) {
            failure = QueueSampler.why(e);
            throw e;
        } finally {
            recorder.addLater(writer.item(Subject.QUEUES, last, targets, failure));
        }
    }

    private static byte[] copy(ByteBuffer batch, int at, int size) {
        byte[] record = new byte[size];
        batch.get(at, record);
        return record;
    }

    private static void add(Map<Long, Held> all, HeldListener record, QueueSelection wanted, byte[] bytes) {
        Held held = all.computeIfAbsent(record.socket().inode(), inode -> new Held());
        held.records.add(bytes);
        held.holders.add(record.holder().tgid());
        if (wanted.selects(record.holder())) {
            held.targets.add(record.holder().tgid());
        }
    }

    private void readThreads(Records to) throws CaptureException {
        SnapshotItem.Writer writer = new SnapshotItem.Writer();
        String failure = null;
        try {
            snapshots.read(Subject.THREADS, (batch, length) -> {
                ThreadDecoder.forEach(batch, length, holders::contains, (at, size) -> writer.add(batch, at, size));
                to.add(batch, length);
            });
        } catch (CaptureException e) {
            failure = QueueSampler.why(e);
            throw e;
        } finally {
            recorder.addLater(writer.item(Subject.THREADS, last, Set.of(), failure));
        }
    }

    @Override
    public void close() {
        snapshots.close();
    }
}
