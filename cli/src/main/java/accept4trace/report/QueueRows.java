package accept4trace.report;

import accept4trace.event.WaitingConnection;
import accept4trace.queue.ListenerQueue;
import accept4trace.queue.QueueState;
import accept4trace.summary.QueueNow;
import accept4trace.summary.Statistics;
import java.util.List;

/** Adds accept queues to statistics. */
final class QueueRows {
    private QueueRows() {}

    /** {@code states}: the queues of the latest snapshot. */
    static void set(Statistics statistics, List<QueueState> states) {
        for (QueueState state : states) {
            ListenerQueue queue = state.queue();
            WaitingConnection oldest = queue.oldest();
            QueueNow now = new QueueNow(
                    queue.waiting(),
                    queue.limit(),
                    oldest == null ? -1 : oldest.ageNs(),
                    oldest != null && oldest.atLeast());
            statistics.setQueue(queue.socket(), queue.netns(), now, state.targets());
        }
    }
}
