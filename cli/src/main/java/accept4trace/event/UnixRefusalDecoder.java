package accept4trace.event;

import accept4trace.event.EventLayout.Socket;
import accept4trace.event.EventLayout.UnixRefusalFlag;
import accept4trace.text.Escaper;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** Decodes the records of refused AF_UNIX connects. The buffer must be in native byte order. */
public final class UnixRefusalDecoder {
    private UnixRefusalDecoder() {}

    /** Decodes a record of the type UNIX_REFUSED. */
    public static UnixRefusal decode(ByteBuffer batch, int at) {
        int flags = batch.getShort(at + EventLayout.UnixRefusal.FLAGS);
        return new UnixRefusal(
                batch.getLong(at + EventLayout.UnixRefusal.TIME_NS),
                listener(batch, at),
                unsigned(batch, at + EventLayout.UnixRefusal.NETNS),
                unsigned(batch, at + EventLayout.UnixRefusal.MNTNS),
                Short.toUnsignedInt(batch.getShort(at + EventLayout.UnixRefusal.ERROR)),
                new PeerTask(
                        batch.getInt(at + EventLayout.UnixRefusal.PID),
                        batch.getInt(at + EventLayout.UnixRefusal.UID),
                        comm(batch, at + EventLayout.UnixRefusal.COMM)),
                (flags & UnixRefusalFlag.HAS_QUEUE) == 0
                        ? null
                        : new Refusal.Queue(
                                unsigned(batch, at + EventLayout.UnixRefusal.QUEUE_LEN),
                                unsigned(batch, at + EventLayout.UnixRefusal.QUEUE_MAX)));
    }

    private static long unsigned(ByteBuffer batch, int at) {
        return Integer.toUnsignedLong(batch.getInt(at));
    }

    private static KernelSocket listener(ByteBuffer batch, int at) {
        int socket = at + EventLayout.UnixRefusal.LISTENER;
        return new KernelSocket(
                batch.getLong(socket + Socket.INODE),
                new Protocol(
                        Short.toUnsignedInt(batch.getShort(socket + Socket.FAMILY)),
                        Short.toUnsignedInt(batch.getShort(socket + Socket.TYPE)),
                        Short.toUnsignedInt(batch.getShort(socket + Socket.PROTOCOL)),
                        "UNIX"),
                batch.get(socket + Socket.STATE),
                new Endpoint.Unix(name(batch, at)),
                null,
                0);
    }

    private static byte[] name(ByteBuffer batch, int at) {
        int length = Short.toUnsignedInt(
                batch.getShort(at + EventLayout.UnixRefusal.LISTENER + Socket.LOCAL + EventLayout.End.NAME_LEN));
        byte[] name = new byte[Math.min(length, EventLayout.UnixRefusal.NAME_BYTES)];
        batch.get(at + EventLayout.UnixRefusal.NAME, name);
        return name;
    }

    private static byte[] comm(ByteBuffer batch, int at) {
        byte[] bytes = new byte[EventLayout.UnixRefusal.COMM_BYTES];
        batch.get(at, bytes);
        return Arrays.copyOf(bytes, Escaper.lengthOfCString(bytes, 0, bytes.length));
    }
}
