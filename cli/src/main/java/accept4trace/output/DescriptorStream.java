package accept4trace.output;

import accept4trace.capture.OperatingSystem;
import java.io.IOException;

/** Writes to an open file descriptor. After a failed write, the number of written bytes is known. */
public final class DescriptorStream extends CountingStream {
    private final OperatingSystem system;
    private final int fd;
    private long written;

    public DescriptorStream(OperatingSystem system, int fd) {
        this.system = system;
        this.fd = fd;
    }

    @Override
    public void write(int value) throws IOException {
        write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        for (int at = 0; at < length; ) {
            int count = system.write(fd, bytes, offset + at, length - at);
            if (count < 0) {
                throw new WriteException(-count);
            }
            at += count;
            written += count;
        }
    }

    @Override
    public long written() {
        return written;
    }

    @Override
    public void close() throws IOException {
        int failure = system.close(fd);
        if (failure != 0) {
            throw new WriteException(failure);
        }
    }
}
