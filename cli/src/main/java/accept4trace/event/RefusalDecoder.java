package accept4trace.event;

import accept4trace.event.EventLayout.RefusalFlag;
import accept4trace.event.EventLayout.RefusedAt;
import accept4trace.event.EventLayout.Socket;
import java.nio.ByteBuffer;

/** Decodes the records of refused packets. The buffer must be in native byte order. */
public final class RefusalDecoder {
    private static final byte[] NO_NAME = {};

    private RefusalDecoder() {}

    /** Decodes a record of the type REFUSED. */
    public static Refusal decode(ByteBuffer batch, int at) {
        AddressFamily family = AddressFamily.of(Short.toUnsignedInt(batch.getShort(socket(at) + Socket.FAMILY)));
        boolean hasQueue = (batch.getShort(at + EventLayout.Refusal.FLAGS) & RefusalFlag.HAS_QUEUE) != 0;
        return new Refusal(
                batch.getLong(at + EventLayout.Refusal.TIME_NS),
                new Refusal.Packet(
                        batch.getShort(at + EventLayout.Refusal.AT) == RefusedAt.SYN ? Refusal.At.SYN : Refusal.At.ACK,
                        family.read(batch, at + EventLayout.Refusal.LOCAL, NO_NAME),
                        family.read(batch, at + EventLayout.Refusal.PEER, NO_NAME),
                        batch.getInt(at + EventLayout.Refusal.CLIENT_ISN)),
                listener(batch, socket(at), family),
                Integer.toUnsignedLong(batch.getInt(at + EventLayout.Refusal.NETNS)),
                hasQueue
                        ? new Refusal.Queue(
                                Integer.toUnsignedLong(batch.getInt(at + EventLayout.Refusal.QUEUE_LEN)),
                                Integer.toUnsignedLong(batch.getInt(at + EventLayout.Refusal.QUEUE_MAX)))
                        : null);
    }

    /** Returns the inode of the socket in a record of the type LISTENING. */
    public static long listening(ByteBuffer batch, int at) {
        return batch.getLong(socket(at) + Socket.INODE);
    }

    private static int socket(int at) {
        return at + EventLayout.Refusal.LISTENER;
    }

    private static KernelSocket listener(ByteBuffer batch, int socket, AddressFamily family) {
        return new KernelSocket(
                batch.getLong(socket + Socket.INODE),
                new Protocol(
                        Short.toUnsignedInt(batch.getShort(socket + Socket.FAMILY)),
                        Short.toUnsignedInt(batch.getShort(socket + Socket.TYPE)),
                        Short.toUnsignedInt(batch.getShort(socket + Socket.PROTOCOL)),
                        ""),
                batch.get(socket + Socket.STATE),
                family.read(batch, socket + Socket.LOCAL, NO_NAME),
                null,
                0);
    }
}
