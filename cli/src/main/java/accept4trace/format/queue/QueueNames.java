package accept4trace.format.queue;

import accept4trace.event.ListenerHolder;
import accept4trace.event.PeerTask;
import accept4trace.event.WaitingConnection;
import accept4trace.format.Names;
import accept4trace.queue.ListenerQueue;
import accept4trace.text.Text;
import accept4trace.text.Units;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** The parts of a queue as text, escaped. */
final class QueueNames {
    private static final int SHOWN_HOLDERS = 3;
    private static final long MILLI_NS = 1_000_000;
    private static final String UNKNOWN = "?";

    private QueueNames() {}

    /** Returns e.g. 0.0.0.0:443 or UNIX:["/run/server"]. */
    static String listener(ListenerQueue queue, boolean utf8) {
        if (queue.socket().local().hasPort()) {
            return Names.boundAddress(queue.socket());
        }
        return Names.listener(queue.socket(), utf8);
    }

    /** Returns e.g. 10.0.0.9:40112, or for AF_UNIX the process that has connected, e.g. curl[1234]. */
    static String peer(WaitingConnection connection, boolean utf8) {
        PeerTask task = connection.task();
        if (task != null) {
            return Names.process(task.pid(), task.comm(), utf8);
        }
        if (!connection.peer().hasPort()) {
            return UNKNOWN;
        }
        Text address = new Text();
        connection.peer().append(address);
        return address.toString();
    }

    /** Returns e.g. 35.2 s, 12 ms or, with a lower bound, {@code >=}1.0 s. */
    static String age(WaitingConnection connection) {
        long ns = connection.ageNs();
        if (ns < 0) {
            return UNKNOWN;
        }
        String age = ns < Units.SECOND_NS
                ? ns / MILLI_NS + " ms"
                : String.format(Locale.ROOT, "%.1f s", (double) ns / Units.SECOND_NS);
        return (connection.atLeast() ? ">=" : "") + age;
    }

    /** Returns e.g. nginx[180] fd 6, nginx[181] fd 6, nginx[182] fd 6 and 5 more. */
    static String holders(ListenerQueue queue, boolean utf8) {
        List<ListenerHolder> holders = queue.holders();
        String first = holders.stream()
                .limit(SHOWN_HOLDERS)
                .map(holder -> Names.process(holder.tgid(), holder.comm(), utf8) + " fd " + holder.fd())
                .collect(Collectors.joining(", "));
        return queue.holderCount() > SHOWN_HOLDERS
                ? first + " and " + (queue.holderCount() - SHOWN_HOLDERS) + " more"
                : first;
    }

    static String number(long number) {
        return number < 0 ? UNKNOWN : Long.toString(number);
    }
}
