package accept4trace.format.queue;

import accept4trace.event.WaitingConnection;
import accept4trace.queue.ListenerQueue;
import accept4trace.text.Text;
import java.util.List;

/** Formats one line for each queue and, with -v, one line for each waiting connection. */
public final class QueueText implements QueueFormatter {
    private static final int INDENT = 4;

    private final boolean verbose;

    public QueueText(boolean verbose) {
        this.verbose = verbose;
    }

    @Override
    public void format(Text out, List<ListenerQueue> queues) {
        queues.forEach(queue -> queue(out, queue));
    }

    private void queue(Text out, ListenerQueue queue) {
        boolean utf8 = out.isUtf8();
        out.utf8(QueueNames.listener(queue, utf8)).spaces(2);
        out.add(QueueNames.number(queue.waiting())).add('/').add(queue.limit()).add(" waiting");
        WaitingConnection oldest = queue.oldest();
        if (oldest != null) {
            out.add(", oldest ").add(QueueNames.age(oldest)).add(" (");
            out.utf8(QueueNames.peer(oldest, utf8)).add(')');
        }
        out.spaces(2).utf8(QueueNames.holders(queue, utf8)).add('\n');
        if (verbose) {
            queue.longest().forEach(connection -> connection(out, connection));
            long others = queue.waiting() - queue.longest().size();
            if (others > 0) {
                out.spaces(INDENT).add("and ").add(others).add(" more\n");
            }
        }
    }

    private static void connection(Text out, WaitingConnection connection) {
        out.spaces(INDENT).utf8(QueueNames.peer(connection, out.isUtf8())).spaces(2);
        out.add(QueueNames.age(connection));
        if (connection.task() == null) {
            long bytes = connection.unreadBytes();
            out.spaces(2).add(bytes).add(bytes == 1 ? " byte received" : " bytes received");
        }
        out.add(connection.isReset() ? ", reset" : "").add('\n');
    }
}
