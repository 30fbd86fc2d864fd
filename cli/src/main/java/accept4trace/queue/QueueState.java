package accept4trace.queue;

import accept4trace.event.ListenerHolder;
import java.util.List;

/**
 * The queue of a listener at the time of the last snapshot.
 *
 * @param targets the holders that are traced
 * @param stalledNs a lower bound of the time for which connections have waited and none has been accepted, in
 *     nanoseconds; -1 if no connection waits, or if the connections are unknown
 */
public record QueueState(ListenerQueue queue, List<ListenerHolder> targets, long stalledNs) {
    /** Returns whether an untraced process is among the stored holders. Holders that are only counted are ignored. */
    public boolean hasUntracedHolder() {
        return targets.size() < queue.holders().size();
    }
}
