package accept4trace.event;

import accept4trace.event.EventLayout.Socket;
import accept4trace.event.EventLayout.UnixRefusalFlag;
import java.nio.ByteBuffer;

/** Decodes the records of refused AF_UNIX connects. The buffer must be in native byte order. */
public final class UnixRefusalDecoder {
    private UnixRefusalDecoder() {}

    /** Decodes a record of the type UNIX_REFUSED or UNIX_LISTENING. */
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
                        RecordText.cString(
                                batch, at + EventLayout.UnixRefusal.COMM, EventLayout.UnixRefusal.COMM_BYTES)),
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
                new Endpoint.Unix(RecordText.unixName(batch, socket + Socket.LOCAL, at + EventLayout.UnixRefusal.NAME)),
                null,
                0);
    }
}
