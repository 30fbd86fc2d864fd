package accept4trace.queue;

import accept4trace.event.ListenerHolder;
import java.util.List;

/**
 * The queue of a listener at the time of the last snapshot.
 *
 * @param targets the holders that are traced
 * @param stalledNs how long somebody has waited and nothing has been accepted, in nanoseconds: a lower bound; -1 if
 *     nobody waits, or if the connections are unknown
 */
public record QueueState(ListenerQueue queue, List<ListenerHolder> targets, long stalledNs) {}
