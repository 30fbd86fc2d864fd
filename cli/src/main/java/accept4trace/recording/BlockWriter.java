package accept4trace.recording;

import accept4trace.text.Text;
import java.util.zip.CRC32C;

/** Collects items, and writes them in blocks. */
final class BlockWriter {
    private final ByteWriter content = new ByteWriter();
    private final ByteWriter frame = new ByteWriter();
    private int number;

    /** Appends the magic number, the version and the header. */
    void begin(Text out, byte[] header) {
        frame.clear();
        frame.add(RecordingFormat.MAGIC, 0, RecordingFormat.MAGIC.length).fixed(RecordingFormat.VERSION);
        out.add(frame.bytes(), 0, frame.length());
        write(out, header, header.length);
    }

    /** Adds an item to the block. */
    void item(int type, ByteWriter value) {
        content.add(type).number(value.length()).add(value.bytes(), 0, value.length());
    }

    /** Adds an item to the block. */
    void item(int type, byte[] value) {
        content.add(type).number(value.length).add(value, 0, value.length);
    }

    /** Returns the items of the block, valid until the next change. */
    byte[] content() {
        return content.bytes();
    }

    /** Drops the items of the block. */
    void clear() {
        content.clear();
    }

    boolean isEmpty() {
        return content.length() == 0;
    }

    int length() {
        return content.length();
    }

    /** Appends the block unless it is empty, and begins the next one. */
    void end(Text out) {
        if (!isEmpty()) {
            write(out, content.bytes(), content.length());
            content.clear();
        }
    }

    /** Appends a block with this content. */
    void write(Text out, byte[] bytes, int length) {
        frame.clear();
        frame.fixed(length).fixed(number++);
        CRC32C sum = new CRC32C();
        sum.update(frame.bytes(), 0, frame.length());
        sum.update(bytes, 0, length);
        out.add(frame.bytes(), 0, frame.length());
        out.add(bytes, 0, length);
        frame.clear();
        frame.fixed((int) sum.getValue());
        out.add(frame.bytes(), 0, frame.length());
    }
}
