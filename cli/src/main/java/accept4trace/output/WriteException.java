package accept4trace.output;

import accept4trace.text.Errno;
import java.io.IOException;

/** A failure to write lines. The message says why. */
public final class WriteException extends IOException {
    private static final long serialVersionUID = 1;

    private final int errno;
    private final long bytes;

    /**
     * @param errno the cause; 0 if it has no number
     * @param bytes the number of bytes of lines that were not written
     */
    public WriteException(String why, int errno, long bytes) {
        super(why);
        this.errno = errno;
        this.bytes = bytes;
    }

    /** A failed system call. */
    public WriteException(int errno) {
        this(Errno.message(errno), errno, 0);
    }

    public int errno() {
        return errno;
    }

    public long bytes() {
        return bytes;
    }

    /** Returns the errno of a failure to write; 0 if it has none. */
    public static int errnoOf(IOException failure) {
        return failure instanceof WriteException write ? write.errno : 0;
    }
}
