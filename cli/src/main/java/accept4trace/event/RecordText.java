package accept4trace.event;

import accept4trace.event.EventLayout.LongEvent;
import accept4trace.text.Escaper;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** Decodes names in records. */
final class RecordText {
    private static final byte[] NOTHING = {};
    /** UNIX_PATH_MAX. */
    private static final int NAME_BYTES = LongEvent.PEER_NAME_BYTES;

    private RecordText() {}

    static byte[] bytes(ByteBuffer batch, int at, int length) {
        if (length == 0) {
            return NOTHING;
        }
        byte[] copy = new byte[length];
        batch.get(at, copy);
        return copy;
    }

    /** Returns the bytes before the first NUL byte, at most {@code room}. */
    static byte[] cString(ByteBuffer batch, int at, int room) {
        byte[] raw = bytes(batch, at, room);
        return Arrays.copyOf(raw, Escaper.lengthOfCString(raw, 0, room));
    }

    /**
     * Returns an AF_UNIX name. Restores the final NUL byte if the record had no room for it, so that the same name is
     * equal in all records.
     *
     * @param endpoint where the {@code struct a4t_endpoint} begins, which contains the length of the name
     * @param at where the name begins
     */
    static byte[] unixName(ByteBuffer batch, int endpoint, int at) {
        int length = Short.toUnsignedInt(batch.getShort(endpoint + EventLayout.End.NAME_LEN));
        byte[] held = bytes(batch, at, Math.min(length, NAME_BYTES));
        return length > NAME_BYTES ? Arrays.copyOf(held, NAME_BYTES + 1) : held;
    }
}
