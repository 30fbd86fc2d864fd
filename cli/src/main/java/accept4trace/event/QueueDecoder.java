package accept4trace.event;

import accept4trace.event.EventLayout.Queue;
import accept4trace.event.EventLayout.QueueFlag;
import accept4trace.event.EventLayout.Socket;
import accept4trace.event.EventLayout.Waiting;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Decodes the records of a snapshot. The buffer must be in native byte order. */
public final class QueueDecoder {
    private static final byte[] NO_NAME = {};

    private QueueDecoder() {}

    /**
     * Passes each record of a batch to {@code to}.
     *
     * @param length length of the batch, in bytes
     * @throws IllegalStateException if the last record is not complete, which means that Java and BPF disagree on the
     *     layout
     */
    public static void decode(ByteBuffer batch, int length, Consumer<HeldListener> to) {
        forEach(batch, length, (at, size, record) -> to.accept(record));
    }

    /** Receives a record with its place in the batch, in bytes. */
    public interface Placed {
        void accept(int at, int size, HeldListener record);
    }

    /** Like {@link #decode}, but also passes the place of each record. */
    public static void forEach(ByteBuffer batch, int length, Placed to) {
        for (int at = 0; at < length; ) {
            int size = sizeAt(batch, at, length);
            to.accept(at, size, record(batch, at));
            at += size;
        }
    }

    private static int sizeAt(ByteBuffer batch, int at, int end) {
        long size = end - at < Queue.BYTES
                ? Long.MAX_VALUE
                : Queue.BYTES + Integer.toUnsignedLong(batch.getInt(at + Queue.SHOWN)) * Waiting.BYTES;
        if (size > end - at) {
            throw new IllegalStateException("queue record of " + size + " bytes with " + (end - at) + " left");
        }
        return (int) size;
    }

    private static HeldListener record(ByteBuffer batch, int at) {
        return new HeldListener(
                socket(batch, at),
                Integer.toUnsignedLong(batch.getInt(at + Queue.NETNS)),
                new ListenerHolder(
                        batch.getInt(at + Queue.TGID),
                        batch.getInt(at + Queue.FD),
                        batch.getInt(at + Queue.UID),
                        RecordText.cString(batch, at + Queue.COMM, Queue.COMM_BYTES),
                        Integer.toUnsignedLong(batch.getInt(at + Queue.MNTNS))),
                lengths(batch, at),
                longest(batch, at),
                batch.getLong(at + Queue.TAKEN_NS));
    }

    private static QueueLengths lengths(ByteBuffer batch, int at) {
        int flags = batch.getInt(at + Queue.FLAGS);
        return (flags & QueueFlag.HAS_LENGTH) == 0
                ? QueueLengths.UNKNOWN
                : new QueueLengths(
                        Integer.toUnsignedLong(batch.getInt(at + Queue.WAITING)),
                        Integer.toUnsignedLong(batch.getInt(at + Queue.LIMIT)),
                        (flags & QueueFlag.HAS_HALF_OPEN) == 0
                                ? -1
                                : Integer.toUnsignedLong(batch.getInt(at + Queue.HALF_OPEN)),
                        (flags & QueueFlag.DEFERS) != 0);
    }

    private static KernelSocket socket(ByteBuffer batch, int at) {
        int socket = at + Queue.LISTENER;
        AddressFamily family = family(batch, at);
        return new KernelSocket(
                batch.getLong(socket + Socket.INODE),
                new Protocol(
                        Short.toUnsignedInt(batch.getShort(socket + Socket.FAMILY)),
                        Short.toUnsignedInt(batch.getShort(socket + Socket.TYPE)),
                        Short.toUnsignedInt(batch.getShort(socket + Socket.PROTOCOL)),
                        family == AddressFamily.UNIX ? "UNIX" : ""),
                batch.get(socket + Socket.STATE),
                family.read(batch, socket + Socket.LOCAL, unixName(batch, at)),
                null,
                0);
    }

    private static AddressFamily family(ByteBuffer batch, int at) {
        return AddressFamily.of(Short.toUnsignedInt(batch.getShort(at + Queue.LISTENER + Socket.FAMILY)));
    }

    private static byte[] unixName(ByteBuffer batch, int at) {
        return RecordText.unixName(batch, at + Queue.LISTENER + Socket.LOCAL, at + Queue.LOCAL_NAME);
    }

    private static List<WaitingConnection> longest(ByteBuffer batch, int at) {
        AddressFamily family = family(batch, at);
        List<WaitingConnection> longest = new ArrayList<>();
        for (int i = 0; i < batch.getInt(at + Queue.SHOWN); i++) {
            longest.add(waiting(batch, at + Queue.BYTES + i * Waiting.BYTES, family));
        }
        return longest;
    }

    private static WaitingConnection waiting(ByteBuffer batch, int at, AddressFamily family) {
        long ageNs = batch.getLong(at + Waiting.AGE_NS);
        return new WaitingConnection(
                batch.getLong(at + Waiting.SOCKET),
                family.read(batch, at + Waiting.PEER, NO_NAME),
                task(batch, at),
                ageNs == 0 ? -1 : ageNs,
                false,
                Integer.toUnsignedLong(batch.getInt(at + Waiting.UNREAD)),
                batch.getInt(at + Waiting.STATE) == KernelSocket.TCP_CLOSE);
    }

    private static @Nullable PeerTask task(ByteBuffer batch, int at) {
        int pid = batch.getInt(at + Waiting.PID);
        return pid == 0
                ? null
                : new PeerTask(
                        pid,
                        batch.getInt(at + Waiting.UID),
                        RecordText.cString(batch, at + Waiting.COMM, Waiting.COMM_BYTES));
    }
}
