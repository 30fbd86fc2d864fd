package accept4trace.queue;

import accept4trace.event.ThreadState;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the snapshots of a trace show.
 *
 * @param queues listeners that targets hold, in the order of {@link Snapshot#queues}
 * @param threads at the end of the trace, the threads of all processes that hold a queue in which a connection has
 *     waited for a second, or may have; during the trace, see {@link QueueSampler#includeThreads}
 * @param watchedNs the time between the first and the last snapshot
 * @param forgotten number of listening sockets for which there was no room
 * @param failure why nothing is known; null if the rest is valid
 */
public record QueueReport(
        List<QueueState> queues, Threads threads, long watchedNs, long forgotten, @Nullable String failure) {
    /** There are no listeners. */
    public static final QueueReport NONE = new QueueReport(List.of(), Threads.NONE, 0, 0, null);

    public static QueueReport unknown(String why) {
        return new QueueReport(List.of(), Threads.NONE, 0, 0, why);
    }

    /**
     * The threads in a snapshot.
     *
     * @param list empty if they are unknown
     * @param failure why they are unknown; null if they are known
     */
    public record Threads(List<ThreadState> list, @Nullable String failure) {
        static final Threads NONE = new Threads(List.of(), null);
    }
}
