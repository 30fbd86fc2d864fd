package accept4trace.recording;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A growing buffer of bytes. */
final class ByteWriter {
    private byte[] bytes = new byte[256];
    private int length;

    byte[] bytes() {
        return bytes;
    }

    int length() {
        return length;
    }

    void clear() {
        length = 0;
    }

    void reserve(int count) {
        if (bytes.length - length < count) {
            bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, length + count));
        }
    }

    ByteWriter add(int one) {
        reserve(1);
        bytes[length++] = (byte) one;
        return this;
    }

    ByteWriter add(byte[] from, int at, int count) {
        reserve(count);
        System.arraycopy(from, at, bytes, length, count);
        length += count;
        return this;
    }

    /** Adds four bytes, the lowest first. */
    ByteWriter fixed(int number) {
        for (int shift = 0; shift < Integer.SIZE; shift += Byte.SIZE) {
            add(number >>> shift);
        }
        return this;
    }

    /** Adds an unsigned number with seven bits per byte, the lowest first. */
    ByteWriter number(long unsigned) {
        while ((unsigned & ~0x7fL) != 0) {
            add((int) unsigned | 0x80);
            unsigned >>>= 7;
        }
        return add((int) unsigned);
    }

    /** Adds a signed number. Those near zero are short. */
    ByteWriter signed(long number) {
        return number(number << 1 ^ number >> 63);
    }

    /** Adds a length and the bytes. Null becomes the length 0, other lengths are increased by one. */
    ByteWriter optional(byte @Nullable [] value) {
        if (value == null) {
            return number(0);
        }
        return number(value.length + 1L).add(value, 0, value.length);
    }

    ByteWriter text(@Nullable String value) {
        return optional(value == null ? null : value.getBytes(StandardCharsets.UTF_8));
    }

    byte[] toBytes() {
        return Arrays.copyOf(bytes, length);
    }
}
