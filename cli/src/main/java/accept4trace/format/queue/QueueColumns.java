package accept4trace.format.queue;

import accept4trace.event.WaitingConnection;
import accept4trace.queue.ListenerQueue;
import accept4trace.text.Table;
import accept4trace.text.Text;
import java.util.List;

/** Formats a table with a row for each queue. */
public final class QueueColumns implements QueueFormatter {
    private static final String NONE = "-";

    private final int width;

    /** {@code width}: width of the terminal, in cells. */
    public QueueColumns(int width) {
        this.width = width;
    }

    @Override
    public void format(Text out, List<ListenerQueue> queues) {
        boolean utf8 = out.isUtf8();
        Table table = new Table("LISTENER", "WAITING", "LIMIT", "OLDEST", "PEER", "HOLDERS")
                .lastIsText()
                .fitting(width);
        for (ListenerQueue queue : queues) {
            WaitingConnection oldest = queue.oldest();
            table.row(
                    QueueNames.listener(queue, utf8),
                    QueueNames.number(queue.waiting()),
                    QueueNames.number(queue.limit()),
                    oldest == null ? NONE : QueueNames.age(oldest),
                    oldest == null ? NONE : QueueNames.peer(oldest, utf8),
                    QueueNames.holders(queue, utf8));
        }
        table.append(out);
    }
}
