package accept4trace.recording;

import accept4trace.text.Printable;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Reads what {@link ByteWriter} has written. Each method throws if the bytes end too early. */
final class ByteReader {
    private final byte[] bytes;
    private final int end;
    private int at;

    ByteReader(byte[] bytes) {
        this(bytes, 0, bytes.length);
    }

    ByteReader(byte[] bytes, int from, int end) {
        this.bytes = bytes;
        this.at = from;
        this.end = end;
    }

    byte[] bytes() {
        return bytes;
    }

    int at() {
        return at;
    }

    int end() {
        return end;
    }

    boolean hasMore() {
        return at < end;
    }

    /** Goes to an index that is at most {@link #end}. */
    void goTo(int index) {
        at = index;
    }

    int next() throws DamagedException {
        if (at >= end) {
            throw new DamagedException();
        }
        return Byte.toUnsignedInt(bytes[at++]);
    }

    long number() throws DamagedException {
        long number = 0;
        for (int shift = 0; shift < Long.SIZE; shift += 7) {
            int next = next();
            number |= (next & 0x7fL) << shift;
            if (next < 0x80) {
                return number;
            }
        }
        throw new DamagedException();
    }

    /** Reads a number of at most {@code most}. */
    int number(int most) throws DamagedException {
        long number = number();
        if (number < 0 || number > most) {
            throw new DamagedException();
        }
        return (int) number;
    }

    /** Reads the number of bytes that follow. */
    int length() throws DamagedException {
        int length = number(Integer.MAX_VALUE);
        if (length > end - at) {
            throw new DamagedException();
        }
        return length;
    }

    long signed() throws DamagedException {
        long number = number();
        return number >>> 1 ^ -(number & 1);
    }

    byte[] take(int count) throws DamagedException {
        if (count < 0 || count > end - at) {
            throw new DamagedException();
        }
        at += count;
        return Arrays.copyOfRange(bytes, at - count, at);
    }

    byte @Nullable [] optional() throws DamagedException {
        int length = number(Integer.MAX_VALUE);
        return length == 0 ? null : take(length - 1);
    }

    /** Returns UTF-8 text that can contain any character. */
    @Nullable
    String text() throws DamagedException {
        byte[] text = optional();
        return text == null ? null : new String(text, StandardCharsets.UTF_8);
    }

    /** Returns text that can be printed in a message: see {@link Printable}. */
    @Nullable
    String message() throws DamagedException {
        byte[] text = optional();
        return text == null ? null : printable(text);
    }

    /** Returns UTF-8 text without the characters that control terminals, because anybody can have written the file. */
    static String printable(byte[] text) {
        return Printable.argument(new String(text, StandardCharsets.ISO_8859_1));
    }
}
