package accept4trace.recording;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** Reads the blocks of a recording, until its end or the first block that is incomplete or damaged. */
final class BlockReader {
    private static final int HEAD_BYTES = 8;
    private static final int SUM_BYTES = 4;
    private static final String DAMAGED = "damaged";
    private static final String INCOMPLETE = "incomplete";
    private static final String HEADER_HINT = "nothing can be read without the header";

    private final InputStream in;
    private int number;
    private boolean damaged;
    /** Why the file cannot be read; null if it can. */
    private @Nullable String unreadable;

    private String failure = "";

    BlockReader(InputStream in) {
        this.in = in;
    }

    /** Reads the magic number and the version. */
    void begin() throws RecordingException {
        byte[] magic = read(RecordingFormat.MAGIC.length);
        if (unreadable != null) {
            throw withoutHeader();
        }
        if (!Arrays.equals(magic, RecordingFormat.MAGIC)) {
            throw new RecordingException(
                    magic == null && failure.isEmpty() ? "it is empty" : "it is not a recording",
                    "--format=raw -o FILE writes one; gzip -dc FILE.gz | accept4-trace --read - reads a packed one");
        }
        byte[] start = read(Integer.BYTES);
        if (start == null) {
            throw withoutHeader();
        }
        int version = numbers(start).getInt(0);
        if (version != RecordingFormat.VERSION) {
            throw new RecordingException(
                    "its format is version " + Integer.toUnsignedString(version) + ", and only version "
                            + RecordingFormat.VERSION + " can be read",
                    "read it with the version of accept4-trace that wrote it");
        }
    }

    /** Returns the content of the first block. */
    byte[] header() throws RecordingException {
        byte[] content = next();
        if (content == null) {
            throw withoutHeader();
        }
        return content;
    }

    private RecordingException withoutHeader() {
        return unreadable == null
                ? new RecordingException("its header is " + (damaged ? DAMAGED : INCOMPLETE), HEADER_HINT)
                : new RecordingException(unreadable, "check that the file is open and its disk has no errors");
    }

    private static ByteBuffer numbers(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Returns the content of the next block; null at the end. */
    byte @Nullable [] next() {
        byte[] head = read(HEAD_BYTES);
        if (head == null) {
            return null;
        }
        int length = numbers(head).getInt(0);
        if (length < 0
                || length > RecordingFormat.MAX_BLOCK_BYTES
                || numbers(head).getInt(Integer.BYTES) != number) {
            return damaged();
        }
        byte[] content = read(length);
        byte[] sum = content == null ? null : read(SUM_BYTES);
        if (content == null || sum == null) {
            return cut();
        }
        CRC32C expected = new CRC32C();
        expected.update(head);
        expected.update(content);
        if (numbers(sum).getInt(0) != (int) expected.getValue()) {
            return damaged();
        }
        number++;
        return content;
    }

    private byte @Nullable [] damaged() {
        damaged = true;
        failure = "block " + number + " is " + DAMAGED;
        return null;
    }

    private byte @Nullable [] cut() {
        failure = failure.isEmpty() ? "block " + number + " is " + INCOMPLETE : failure;
        return null;
    }

    /** Returns whether the file has ended. Skips a byte if it has not. */
    boolean isAtEnd() {
        return read(1) == null;
    }

    /** Returns why reading stopped before the end of the file; empty if it did not. */
    String failure() {
        return failure;
    }

    /** Returns exactly {@code count} bytes, or null if there are fewer. */
    private byte @Nullable [] read(int count) {
        try {
            byte[] bytes = new byte[count];
            int got = in.readNBytes(bytes, 0, count);
            if (got == count) {
                return bytes;
            }
            return got == 0 ? null : cut();
        } catch (IOException e) {
            unreadable = String.valueOf(e.getMessage());
            failure = "it cannot be read: " + unreadable;
            return null;
        }
    }
}
