package accept4trace.report;

import accept4trace.event.Losses;
import accept4trace.queue.QueueSampler;
import accept4trace.session.Observer;
import accept4trace.summary.Run;
import org.jspecify.annotations.Nullable;

/** Takes snapshots of the accept queues only so that they are recorded. */
public final class QueueWatch implements Observer {
    private final QueueSampler queues;

    public QueueWatch(QueueSampler queues) {
        this.queues = queues;
        queues.includeThreads();
    }

    @Override
    public long remainingNs(long nowNs) {
        return queues.remainingNs(nowNs);
    }

    @Override
    public @Nullable Run tick(long nowNs, Losses losses) {
        queues.tick(nowNs);
        return null;
    }

    @Override
    public Run end(long calls, Losses losses, long durationNs, long nowNs) {
        queues.last();
        return new Run(calls, losses, durationNs, null);
    }
}
