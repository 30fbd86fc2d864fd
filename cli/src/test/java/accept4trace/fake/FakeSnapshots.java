package accept4trace.fake;

import accept4trace.capture.Snapshots;
import accept4trace.event.HeldListener;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Snapshots in memory. */
public final class FakeSnapshots implements Snapshots {
    /** The records of each snapshot, in order. The last one repeats. */
    public final List<List<HeldListener>> records = new ArrayList<>();

    public int taken;
    public boolean closed;

    @Override
    public void take(Consumer<HeldListener> to) {
        records.get(Math.min(taken, records.size() - 1)).forEach(to);
        taken++;
    }

    @Override
    public void close() {
        closed = true;
    }
}
