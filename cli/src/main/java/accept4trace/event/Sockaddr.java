package accept4trace.event;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** What the kernel stores for a peer in a caller's buffer; bytes in [open, openEnd) may hold anything. */
public record Sockaddr(byte[] bytes, int open, int openEnd) {
    static final int FAMILY_BYTES = 2;

    /** Returns a buffer that is big-endian after the family. */
    static ByteBuffer begin(int length, AddressFamily family) {
        return ByteBuffer.allocate(length)
                .order(ByteOrder.nativeOrder())
                .putShort((short) family.number())
                .order(ByteOrder.BIG_ENDIAN);
    }

    /** {@code bytes}: from {@link #begin}, so that its array begins where it does. */
    @SuppressWarnings("ByteBufferBackingArray")
    static Sockaddr of(ByteBuffer bytes) {
        return new Sockaddr(bytes.array(), 0, 0);
    }

    Sockaddr open(int from, int to) {
        return new Sockaddr(bytes, from, to);
    }

    /**
     * Returns whether a buffer holds another address.
     *
     * @param actual the buffer, cut to the length that the caller gave
     * @param length of the whole address, as reported to the caller
     */
    boolean differsFrom(byte[] actual, int length) {
        if (length != bytes.length) {
            return true;
        }
        for (int i = 0; i < actual.length && i < bytes.length; i++) {
            boolean isOpen = i >= open && i < openEnd;
            if (!isOpen && actual[i] != bytes[i]) {
                return true;
            }
        }
        return false;
    }
}
