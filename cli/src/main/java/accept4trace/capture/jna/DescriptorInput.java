package accept4trace.capture.jna;

import com.sun.jna.Memory;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;

/** Reads from a file descriptor, and closes it. The Java API has no class for that. */
final class DescriptorInput extends InputStream {
    private static final int MAX_BYTES = 8192;

    private final NativeTracer library;
    private final int fd;
    private final Memory buffer = new Memory(MAX_BYTES);
    private boolean closed;

    DescriptorInput(NativeTracer library, int fd) {
        this.library = library;
        this.fd = fd;
    }

    @Override
    public int read() throws IOException {
        byte[] single = new byte[1];
        return read(single, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(single[0]);
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, bytes.length);
        if (length == 0) {
            return 0;
        }
        int count = library.read(fd, buffer, Math.min(length, MAX_BYTES));
        if (count < 0) {
            throw new IOException("errno " + -count);
        }
        buffer.read(0, bytes, offset, count);
        return count == 0 ? -1 : count;
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            library.closeOutput(fd);
        }
    }
}
