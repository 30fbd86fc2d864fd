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

    private final InputStream in;
    private int number;
    private String failure = "";

    BlockReader(InputStream in) {
        this.in = in;
    }

    /** Reads the magic number and the version. */
    void begin() throws RecordingException {
        byte[] start = read(RecordingFormat.MAGIC.length + Integer.BYTES);
        if (start == null && !failure.isEmpty()) {
            throw new RecordingException(failure, "check the file");
        }
        byte[] magic = RecordingFormat.MAGIC;
        if (start == null || !Arrays.equals(start, 0, magic.length, magic, 0, magic.length)) {
            throw new RecordingException(
                    "it is not a recording",
                    "--format=raw -o FILE writes one; gzip -dc FILE.gz | accept4-trace --read - reads a packed one");
        }
        int version = numbers(start).getInt(magic.length);
        if (version != RecordingFormat.VERSION) {
            throw new RecordingException(
                    "its format is version " + Integer.toUnsignedString(version) + ", and only version "
                            + RecordingFormat.VERSION + " can be read",
                    "read it with the version of accept4-trace that wrote it");
        }
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
        failure = "block " + number + " is damaged";
        return null;
    }

    private byte @Nullable [] cut() {
        failure = failure.isEmpty() ? "block " + number + " is incomplete" : failure;
        return null;
    }

    /** Returns why reading has ended before the end of the file; empty if it has not. */
    String failure() {
        return failure;
    }

    /** Returns exactly {@code count} bytes, or null if there are fewer. */
    private byte @Nullable [] read(int count) {
        try {
            byte[] bytes = in.readNBytes(count);
            if (bytes.length == count) {
                return bytes;
            }
            return bytes.length == 0 ? null : cut();
        } catch (IOException e) {
            failure = "it cannot be read: " + e.getMessage();
            return null;
        }
    }
}
