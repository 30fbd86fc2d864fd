package accept4trace.event;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * The address that the kernel is expected to store in a caller's buffer.
 *
 * @param bytes a struct sockaddr
 * @param open index of the first byte that may have any value
 * @param openEnd index after the last such byte
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

    /** {@code bytes} must come from {@link #begin}, so that the address is the whole array of the buffer. */
    @SuppressWarnings("ByteBufferBackingArray")
    static Sockaddr of(ByteBuffer bytes) {
        return new Sockaddr(bytes.array(), 0, 0);
    }

    Sockaddr open(int from, int to) {
        return new Sockaddr(bytes, from, to);
    }

    /**
     * Returns whether a buffer holds this whole address, with zeros in the bytes that may have any value.
     *
     * @param actual as for {@link #differsFrom}
     * @param length as for {@link #differsFrom}
     */
    boolean isWholly(byte[] actual, int length) {
        return actual.length == bytes.length && length == bytes.length && Arrays.equals(actual, bytes);
    }

    /**
     * Returns whether a buffer holds a different address.
     *
     * @param actual the caller's buffer, truncated to the length that the caller gave
     * @param length length of the whole address, as reported by the call, in bytes
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
