package accept4trace.queue;

import accept4trace.capture.CallFilter;
import accept4trace.event.Endpoint;
import accept4trace.event.Endpoint.Ip;
import accept4trace.event.Endpoint.Unix;
import accept4trace.event.HeldListener;
import accept4trace.event.KernelSocket;
import accept4trace.event.ListenerHolder;
import accept4trace.event.PeerTask;
import accept4trace.event.Protocol;
import accept4trace.event.QueueLengths;
import accept4trace.event.WaitingConnection;
import accept4trace.proc.Processes;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Builds records of snapshots. */
public final class QueueRecords {
    public static final long SECOND = 1_000_000_000L;
    /** Selects every listener. */
    public static final TraceSelection EVERYTHING =
            new TraceSelection(CallFilter.NONE, new Processes(Path.of("/proc")));

    private QueueRecords() {}

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Returns a listener on 10.0.0.1 with a limit of 4. {@code ages} has the age of each connection in seconds. */
    public static HeldListener tcp(int port, int holder, double... ages) {
        List<WaitingConnection> waiting = new ArrayList<>();
        for (double age : ages) {
            waiting.add(connection(waiting.size(), age, 7));
        }
        return tcp(port, holder, waiting);
    }

    /** Returns a listener like {@link #tcp}. Its only connection is two seconds old. */
    public static HeldListener tcpWithUnread(int port, int holder, long unreadBytes) {
        return tcp(port, holder, List.of(connection(0, 2, unreadBytes)));
    }

    private static WaitingConnection connection(int number, double age, long unreadBytes) {
        Endpoint peer = new Ip(new byte[] {10, 0, 0, 9}, 4000 + number, 0);
        return new WaitingConnection(100 + number, peer, null, (long) (age * SECOND), false, unreadBytes, number == 1);
    }

    private static HeldListener tcp(int port, int holder, List<WaitingConnection> waiting) {
        KernelSocket socket = new KernelSocket(
                port, new Protocol(2, 1, 6, ""), 10, new Ip(new byte[] {10, 0, 0, 1}, port, 0), null, 0);
        return new HeldListener(
                socket,
                4026531840L,
                new ListenerHolder(holder, 3, 0, bytes("server")),
                QueueLengths.of(waiting.size(), 4),
                waiting,
                50 * SECOND);
    }

    /** Returns a listener like that of {@link #tcp}, but with an unknown queue. */
    public static HeldListener withoutQueue(int port, int holder) {
        HeldListener record = tcp(port, holder);
        return new HeldListener(
                record.socket(), record.netns(), record.holder(), QueueLengths.UNKNOWN, List.of(), record.takenNs());
    }

    /** Returns the same record, taken at another time. */
    public static HeldListener at(long takenNs, HeldListener record) {
        return new HeldListener(
                record.socket(), record.netns(), record.holder(), record.lengths(), record.longest(), takenNs);
    }

    /** Returns a listener like that of {@link #tcp} with an empty queue and {@code count} incomplete handshakes. */
    public static HeldListener halfOpen(int port, int holder, long count, boolean defers) {
        HeldListener record = tcp(port, holder);
        return new HeldListener(
                record.socket(),
                record.netns(),
                record.holder(),
                new QueueLengths(0, 4, count, defers),
                List.of(),
                record.takenNs());
    }

    /** Returns a listener on /run/x. {@code sockets} has a number for each connection, which identifies it. */
    public static HeldListener unix(long takenNs, long... sockets) {
        List<WaitingConnection> waiting = new ArrayList<>();
        for (long number : sockets) {
            waiting.add(new WaitingConnection(
                    number, new Unix(new byte[0]), new PeerTask(77, 0, bytes("curl")), -1, false, 0, false));
        }
        KernelSocket socket =
                new KernelSocket(99, new Protocol(1, 1, 0, "UNIX"), 10, new Unix(bytes("/run/x\0")), null, 0);
        return new HeldListener(
                socket,
                1,
                new ListenerHolder(5, 8, 0, bytes("app\n"), 8),
                QueueLengths.of(waiting.size(), 9),
                waiting,
                takenNs);
    }
}
