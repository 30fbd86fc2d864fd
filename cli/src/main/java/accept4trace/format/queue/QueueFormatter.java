package accept4trace.format.queue;

import accept4trace.queue.ListenerQueue;
import accept4trace.text.Text;
import java.util.List;

/** Formats the accept queues of a snapshot. */
public interface QueueFormatter {
    /** Appends all queues, in the order of the list. */
    void format(Text out, List<ListenerQueue> queues);
}
