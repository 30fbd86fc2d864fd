package accept4trace.recording;

import accept4trace.capture.CaptureException;
import accept4trace.capture.Snapshots;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The snapshots of a recording. Each can be taken only once. */
final class PlayedSnapshots implements Snapshots {
    private final Map<Subject, SnapshotItem> latest = new EnumMap<>(Subject.class);
    private Set<Integer> targets = Set.of();
    private boolean withThreads;
    private @Nullable Runnable whenTaken;

    void whenTaken(Runnable action) {
        whenTaken = action;
    }

    /** {@code all}: whether each snapshot of the queues is followed by one of the threads. */
    void includeThreads(boolean all) {
        withThreads = all;
    }

    void add(SnapshotItem item) {
        if (item.subject() == Subject.QUEUES) {
            targets = item.targets();
            latest.remove(Subject.THREADS);
        }
        latest.put(item.subject(), item);
        boolean whole = item.subject() == Subject.THREADS || !withThreads || item.failure() != null;
        if (whole && !item.isLast() && whenTaken != null) {
            whenTaken.run();
        }
    }

    /** Returns whether the next snapshot of the queues is the one that was taken after the trace. */
    boolean hasLast() {
        SnapshotItem queues = latest.get(Subject.QUEUES);
        return queues != null && queues.isLast();
    }

    boolean isTarget(int tgid) {
        return targets.contains(tgid);
    }

    @Override
    public void read(Subject subject, Records to) throws CaptureException {
        SnapshotItem item = latest.remove(subject);
        String what = "read the snapshot";
        if (item == null) {
            throw new CaptureException(what, 0, "not recorded");
        }
        if (item.failure() != null) {
            throw new CaptureException(what, 0, item.failure());
        }
        try {
            item.unpack(to);
        } catch (DamagedException | IllegalStateException e) {
            /* Decoders throw IllegalStateException for records of a wrong size. */
            throw new CaptureException(what, 0, "the recording is damaged");
        }
    }

    @Override
    public void close() {}
}
