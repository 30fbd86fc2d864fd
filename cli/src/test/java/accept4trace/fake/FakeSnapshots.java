package accept4trace.fake;

import accept4trace.capture.CaptureException;
import accept4trace.capture.Snapshots;
import accept4trace.event.HeldListener;
import accept4trace.event.ThreadState;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.IntPredicate;

/** Snapshots in memory. */
public final class FakeSnapshots implements Snapshots {
    /** The records of each snapshot, in order. The last one repeats. */
    public final List<List<HeldListener>> records = new ArrayList<>();

    /** All threads of the machine. */
    public final List<ThreadState> threads = new ArrayList<>();

    /** Why no snapshot can be taken; null if it can. */
    public CaptureException failure;

    /** Why the threads are unknown; null if they are known. */
    public CaptureException threadsFailure;

    /** Runs during each snapshot of the queues, e.g. to let time pass. */
    public Runnable meanwhile = () -> {};

    public int taken;
    public boolean closed;

    /** Takes a snapshot, but passes nothing to {@code to}, because this fake has no records in bytes. */
    @Override
    public void read(Subject subject, Records to) throws CaptureException {
        if (subject == Subject.QUEUES) {
            take(record -> {});
        } else {
            takeThreads(tgid -> false, thread -> {});
        }
    }

    @Override
    public synchronized void take(Consumer<HeldListener> to) throws CaptureException {
        if (failure != null) {
            throw failure;
        }
        if (!records.isEmpty()) {
            records.get(Math.min(taken, records.size() - 1)).forEach(to);
        }
        taken++;
        meanwhile.run();
    }

    @Override
    public void takeThreads(IntPredicate tgids, Consumer<ThreadState> to) throws CaptureException {
        if (threadsFailure != null) {
            throw threadsFailure;
        }
        threads.stream().filter(thread -> tgids.test(thread.tgid())).forEach(to);
    }

    @Override
    public void close() {
        closed = true;
    }
}
