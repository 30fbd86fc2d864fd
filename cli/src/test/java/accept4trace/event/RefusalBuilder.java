package accept4trace.event;

import accept4trace.event.EventLayout.End;
import accept4trace.event.EventLayout.RefusalFlag;
import accept4trace.event.EventLayout.RefusedAt;
import accept4trace.event.EventLayout.Socket;
import accept4trace.event.EventLayout.Type;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Builds records of refused packets like those of the kernel. */
public final class RefusalBuilder {
    private static final int TCP = 6;
    private static final int STREAM = 1;
    private static final int LISTEN = 10;

    private final ByteBuffer bytes =
            ByteBuffer.allocate(EventLayout.Refusal.BYTES).order(ByteOrder.nativeOrder());

    /** Begins with a SYN from 10.0.0.9:51100 to 10.0.0.1:8077, refused by 0.0.0.0:8077 (6 waiting, limit 5). */
    public RefusalBuilder() {
        bytes.putShort(EventLayout.Refusal.SIZE, (short) EventLayout.Refusal.BYTES);
        bytes.putShort(EventLayout.Refusal.TYPE, (short) Type.REFUSED);
        bytes.putShort(EventLayout.Refusal.FLAGS, (short) RefusalFlag.HAS_QUEUE);
        bytes.putInt(EventLayout.Refusal.QUEUE_LEN, 6).putInt(EventLayout.Refusal.QUEUE_MAX, 5);
        bytes.putLong(EventLayout.Refusal.TIME_NS, 1_000_000_000L).putInt(EventLayout.Refusal.NETNS, 7);
        int listener = EventLayout.Refusal.LISTENER;
        bytes.putLong(listener + Socket.INODE, 700).putShort(listener + Socket.FAMILY, (short) 2);
        bytes.putShort(listener + Socket.TYPE, (short) STREAM).putShort(listener + Socket.PROTOCOL, (short) TCP);
        bytes.put(listener + Socket.STATE, (byte) LISTEN);
        end(listener + Socket.LOCAL, 8077);
        end(EventLayout.Refusal.LOCAL, 8077, 10, 0, 0, 1);
        peer(51_100);
    }

    private void end(int at, int port, int... address) {
        bytes.putShort(at + End.PORT, (short) port);
        for (int i = 0; i < address.length; i++) {
            bytes.put(at + End.ADDR + i, (byte) address[i]);
        }
    }

    public RefusalBuilder peer(int port) {
        end(EventLayout.Refusal.PEER, port, 10, 0, 0, 9);
        return this;
    }

    public RefusalBuilder inode(long inode) {
        bytes.putLong(EventLayout.Refusal.LISTENER + Socket.INODE, inode);
        return this;
    }

    /** Sets the family of the listener. */
    public RefusalBuilder family(AddressFamily family) {
        bytes.putShort(EventLayout.Refusal.LISTENER + Socket.FAMILY, (short) family.number());
        return this;
    }

    /** Sets the client's initial sequence number. */
    public RefusalBuilder isn(int isn) {
        bytes.putInt(EventLayout.Refusal.CLIENT_ISN, isn);
        return this;
    }

    public RefusalBuilder atAck() {
        bytes.putShort(EventLayout.Refusal.AT, (short) RefusedAt.ACK);
        return this;
    }

    public RefusalBuilder withoutQueue() {
        bytes.putShort(EventLayout.Refusal.FLAGS, (short) 0);
        return this;
    }

    public RefusalBuilder at(long timeNs) {
        bytes.putLong(EventLayout.Refusal.TIME_NS, timeNs);
        return this;
    }

    /** Makes this the record of a listen(). */
    public RefusalBuilder listening() {
        bytes.putShort(EventLayout.Refusal.TYPE, (short) Type.LISTENING);
        return this;
    }

    /** Returns the record. The position of the buffer is 0. */
    public ByteBuffer build() {
        return ByteBuffer.allocate(bytes.capacity())
                .order(ByteOrder.nativeOrder())
                .put(bytes.array())
                .rewind();
    }

    public Refusal decode() {
        return RefusalDecoder.decode(build(), 0);
    }

    /**
     * Returns an attempt to connect whose first packet is the one that this builder describes. It has {@code packets}
     * packets, all refused. The last one follows {@code seconds} after the first.
     */
    public RefusedAttempt attempt(long packets, double seconds) {
        Refusal first = decode();
        return new RefusedAttempt(
                first,
                first.at() == Refusal.At.SYN,
                first.at() == Refusal.At.ACK,
                packets,
                first.timeNs() + (long) (seconds * 1e9));
    }
}
