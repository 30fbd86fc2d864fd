package accept4trace.event;

import accept4trace.event.EventLayout.End;
import accept4trace.event.EventLayout.Socket;
import accept4trace.event.EventLayout.Type;
import accept4trace.event.EventLayout.UnixRefusalFlag;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Builds records of refused AF_UNIX connects like those of the kernel. */
public final class UnixRefusalBuilder {
    private static final int EAGAIN = 11;
    private static final int STREAM = 1;
    private static final int LISTEN = 10;
    private static final int LISTENER = EventLayout.UnixRefusal.LISTENER;

    private final ByteBuffer bytes =
            ByteBuffer.allocate(EventLayout.UnixRefusal.BYTES).order(ByteOrder.nativeOrder());

    /** Begins with a connect of process 812, refused by /run/app.sock (6 waiting, limit 5). */
    public UnixRefusalBuilder() {
        bytes.putShort(EventLayout.UnixRefusal.SIZE, (short) EventLayout.UnixRefusal.BYTES);
        bytes.putShort(EventLayout.UnixRefusal.TYPE, (short) Type.UNIX_REFUSED);
        bytes.putShort(EventLayout.UnixRefusal.ERROR, (short) EAGAIN);
        bytes.putShort(EventLayout.UnixRefusal.FLAGS, (short) UnixRefusalFlag.HAS_QUEUE);
        bytes.putInt(EventLayout.UnixRefusal.QUEUE_LEN, 6).putInt(EventLayout.UnixRefusal.QUEUE_MAX, 5);
        bytes.putInt(EventLayout.UnixRefusal.NETNS, 7).putInt(EventLayout.UnixRefusal.MNTNS, 8);
        bytes.putShort(LISTENER + Socket.FAMILY, (short) AddressFamily.UNIX.number());
        bytes.putShort(LISTENER + Socket.TYPE, (short) STREAM).put(LISTENER + Socket.STATE, (byte) LISTEN);
        bytes.putInt(EventLayout.UnixRefusal.UID, 33);
        bytes.put(EventLayout.UnixRefusal.COMM, "php".getBytes(StandardCharsets.UTF_8));
        at(1_000_000_000L).inode(700).named("/run/app.sock\0").by(812);
    }

    public UnixRefusalBuilder at(long timeNs) {
        bytes.putLong(EventLayout.UnixRefusal.TIME_NS, timeNs);
        return this;
    }

    public UnixRefusalBuilder by(int pid) {
        bytes.putInt(EventLayout.UnixRefusal.PID, pid);
        return this;
    }

    public UnixRefusalBuilder inode(long inode) {
        bytes.putLong(LISTENER + Socket.INODE, inode);
        return this;
    }

    /** Sets the name of the listener, with its final NUL if it is a path. */
    public UnixRefusalBuilder named(String name) {
        byte[] raw = name.getBytes(StandardCharsets.UTF_8);
        bytes.putShort(LISTENER + Socket.LOCAL + End.NAME_LEN, (short) raw.length);
        bytes.put(EventLayout.UnixRefusal.NAME, raw, 0, Math.min(raw.length, EventLayout.UnixRefusal.NAME_BYTES));
        return this;
    }

    public UnixRefusalBuilder withoutQueue() {
        bytes.putShort(EventLayout.UnixRefusal.FLAGS, (short) 0);
        return this;
    }

    /** Makes this the record of a listen(). */
    public UnixRefusalBuilder listening() {
        bytes.putShort(EventLayout.UnixRefusal.TYPE, (short) Type.UNIX_LISTENING);
        return this;
    }

    /** Returns the record. The position of the buffer is 0. */
    public ByteBuffer build() {
        return ByteBuffer.allocate(bytes.capacity())
                .order(ByteOrder.nativeOrder())
                .put(bytes.array())
                .rewind();
    }

    public UnixRefusal decode() {
        return UnixRefusalDecoder.decode(build(), 0);
    }

    /**
     * Returns a client whose first refused connect is the one that this builder describes. It has {@code connects} such
     * connects. The last one follows {@code seconds} after the first.
     */
    public RefusedUnixClient client(long connects, double seconds) {
        UnixRefusal first = decode();
        return new RefusedUnixClient(first, connects, first.timeNs() + (long) (seconds * 1e9));
    }
}
