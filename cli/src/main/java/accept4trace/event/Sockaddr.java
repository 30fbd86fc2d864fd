package accept4trace.event;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The address that the kernel is expected to store in a caller's buffer.
 *
 * @param bytes a struct sockaddr
 * @param open start of the bytes that may have any value
 * @param openEnd end of these bytes, exclusive
 */
public record Sockaddr(byte[] bytes, int open, int openEnd) {
    static final int FAMILY_BYTES = 2;

    /** Returns a buffer that begins with the family and is big-endian after it. */
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
     * Returns whether a buffer holds a different address.
     *
     * @param actual the caller's buffer, truncated to the length that the caller gave
     * @param length length of the whole address that the call reported, in bytes
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
