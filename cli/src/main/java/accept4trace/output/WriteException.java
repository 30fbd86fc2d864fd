package accept4trace.output;

import accept4trace.text.Errno;
import java.io.IOException;

/** A failure to write lines. The message says why. */
public final class WriteException extends IOException {
    private static final long serialVersionUID = 1;

    private final String unwritten;
    private final int errno;
    private final long bytes;

    private WriteException(String why, String unwritten, int errno, long bytes) {
        super(why + unwritten);
        this.unwritten = unwritten;
        this.errno = errno;
        this.bytes = bytes;
    }

    /**
     * @param errno the cause; 0 if it has no number
     * @param bytes the number of bytes of lines that were not written
     */
    public WriteException(String why, int errno, long bytes) {
        this(why, "", errno, bytes);
    }

    /** A failed system call. */
    public WriteException(int errno) {
        this(Errno.message(errno), errno, 0);
    }

    /** Returns a copy whose message also says what was not written. */
    public WriteException with(String what) {
        return new WriteException(String.valueOf(getMessage()), "; " + what, errno, bytes);
    }

    /** Returns a copy with another reason. */
    public WriteException because(String why) {
        return new WriteException(why, unwritten, errno, bytes);
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
