package accept4trace.event;

import static accept4trace.event.EventLayout.*;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** Reads records out of a batch. Stateless; the buffer must be in native byte order. */
public final class EventDecoder {
    private static final byte[] NOTHING = {};

    private EventDecoder() {}

    /**
     * The size of the record at {@code at}, in bytes.
     *
     * @throws IllegalStateException when no whole record stands there: the two sides of the contract disagree
     */
    public static int sizeAt(ByteBuffer batch, int at, int end) {
        int size = end - at < SHORT_RECORD ? -1 : batch.getInt(at + SIZE);
        if ((size != SHORT_RECORD && size != LONG_RECORD) || size > end - at) {
            throw new IllegalStateException("record of " + size + " bytes with " + (end - at) + " left in the batch");
        }
        return size;
    }

    public static AcceptEvent decode(ByteBuffer batch, int at) {
        int flags = batch.getShort(at + FLAGS);
        boolean isLong = batch.getInt(at + SIZE) == LONG_RECORD;
        boolean hasPeer = has(flags, HAS_PEER);
        KernelSocket accepted = hasPeer ? socket(batch, at, at + ACCEPTED, isLong) : null;
        return new AcceptEvent(
                batch.getInt(at + TGID),
                batch.getInt(at + TID),
                batch.getInt(at + UID),
                comm(batch, at + THREAD_COMM),
                comm(batch, at + PROCESS_COMM),
                batch.getLong(at + ENTER_NS),
                batch.getLong(at + EXIT_NS),
                has(flags, ENTER_UNSEEN),
                batch.getInt(at + FD),
                batch.getLong(at + ADDR_PTR),
                batch.getLong(at + ADDRLEN_PTR),
                batch.getInt(at + SOCK_FLAGS),
                batch.getLong(at + RET),
                has(flags, HAS_ADDRLEN_IN) ? Integer.valueOf(batch.getInt(at + ADDRLEN_IN)) : null,
                has(flags, HAS_ADDRLEN_OUT) ? Integer.valueOf(batch.getInt(at + ADDRLEN_OUT)) : null,
                has(flags, HAS_USER_ADDR) ? bytes(batch, at + USER_ADDR, batch.getInt(at + USER_ADDR_LEN)) : null,
                has(flags, HAS_LISTENER) ? socket(batch, at, at + LISTENER, isLong) : null,
                accepted,
                accepted == null ? null : endpoint(batch, at + PEER, accepted.family(), isLong ? at + PEER_NAME : -1),
                batch.getLong(at + PEER_INODE),
                has(flags, PEER_RACY),
                has(flags, HAS_WAIT) ? batch.getLong(at + WAIT_NS) : -1,
                has(flags, HAS_QUEUE) ? Integer.toUnsignedLong(batch.getInt(at + QUEUE_LEN)) : -1,
                Integer.toUnsignedLong(batch.getInt(at + QUEUE_MAX)));
    }

    public static ProcessExit decodeExit(ByteBuffer batch, int at) {
        return new ProcessExit(batch.getInt(at + TGID), comm(batch, at + THREAD_COMM), (int) batch.getLong(at + RET));
    }

    private static boolean has(int flags, int flag) {
        return (flags & flag) != 0;
    }

    private static KernelSocket socket(ByteBuffer batch, int record, int at, boolean isLong) {
        int family = Short.toUnsignedInt(batch.getShort(at + Socket.FAMILY));
        return new KernelSocket(
                batch.getLong(at + Socket.INODE),
                family,
                Short.toUnsignedInt(batch.getShort(at + Socket.TYPE)),
                Short.toUnsignedInt(batch.getShort(at + Socket.PROTOCOL)),
                batch.get(at + Socket.STATE),
                endpoint(batch, at + Socket.LOCAL, family, isLong ? record + LOCAL_NAME : -1));
    }

    /** {@code name}: where a name would stand, or -1 in a record without names. */
    private static Endpoint endpoint(ByteBuffer batch, int at, int family, int name) {
        int nameLength = Short.toUnsignedInt(batch.getShort(at + End.NAME_LEN));
        return new Endpoint(
                bytes(batch, at + End.ADDR, addressLength(family)),
                Short.toUnsignedInt(batch.getShort(at + End.PORT)),
                batch.getInt(at + End.SCOPE_ID),
                family == AddressFamily.UNIX && name >= 0 ? bytes(batch, name, nameLength) : NOTHING);
    }

    private static int addressLength(int family) {
        return family == AddressFamily.INET ? 4 : family == AddressFamily.INET6 ? 16 : 0;
    }

    private static byte[] bytes(ByteBuffer batch, int at, int length) {
        if (length == 0) {
            return NOTHING;
        }
        byte[] copy = new byte[length];
        batch.get(at, copy);
        return copy;
    }

    private static byte[] comm(ByteBuffer batch, int at) {
        byte[] raw = bytes(batch, at, COMM_LEN);
        int end = 0;
        while (end < raw.length && raw[end] != 0) {
            end++;
        }
        return Arrays.copyOf(raw, end);
    }
}
