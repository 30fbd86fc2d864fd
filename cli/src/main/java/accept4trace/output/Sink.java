package accept4trace.output;

import accept4trace.text.Errno;
import accept4trace.text.Text;
import java.io.IOException;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;

/** A destination of formatted lines. Each batch is written immediately, in a single write unless it is very long. */
public final class Sink implements AutoCloseable {

    private final OutputStream out;
    /** Whether this sink owns the stream, and must close it and report lost lines. */
    private final boolean own;
    /** The command that reads the lines, or null if this program started none. */
    private final @Nullable Reader reader;

    private final Text lines;
    /** The first failure of {@link #writePart}; null = none. */
    private @Nullable IOException partFailure;

    /** A command that reads the lines. */
    public interface Reader {
        /**
         * Waits for the end of the command.
         *
         * @return empty if the command has succeeded, else how it ended, e.g. "exit status 1"
         */
        String awaitFailure() throws IOException;
    }

    /** The reader of a pipe has closed it, as `head` does after enough lines. */
    public static final class ReaderGoneException extends IOException {
        private static final long serialVersionUID = 1;
    }

    /** The command that reads the lines has failed. The message says how it ended. */
    public static final class ReaderFailedException extends IOException {
        private static final long serialVersionUID = 1;

        ReaderFailedException(String how) {
            super("the command that reads it has failed: " + how);
        }
    }

    private Sink(OutputStream out, boolean own, @Nullable Reader reader, Text.Style style) {
        this.out = out;
        this.own = own;
        this.reader = reader;
        this.lines = new Text(style);
        lines.whenLong(this::writePart);
    }

    /** Creates a sink for a stream that is also used for something else, e.g. stderr for notices. */
    public static Sink to(OutputStream out, Text.Style style) {
        return new Sink(out, false, null, style);
    }

    /** Creates a sink that owns a file and closes it. */
    public static Sink toFile(CountingStream out, Text.Style style) {
        return new Sink(out, true, null, style);
    }

    /** Creates a sink for a pipe to a command. {@link #close} waits for the end of the command. */
    public static Sink toCommand(CountingStream out, Reader command, Text.Style style) {
        return new Sink(out, true, command, style);
    }

    /** Returns the buffer to which lines are added until the next flush. */
    public Text lines() {
        return lines;
    }

    public Text.Style style() {
        return lines.style();
    }

    /** Writes all lines and empties the buffer. */
    public void flush() throws IOException {
        if (partFailure != null) {
            throw partFailure;
        }
        if (lines.length() > 0) {
            write();
            lines.clear();
        }
    }

    /** Drains a long buffer. If this fails, the next flush throws, because the code that adds text cannot throw. */
    private void writePart() {
        try {
            if (partFailure == null) {
                write();
            }
        } catch (IOException e) {
            partFailure = e;
        }
        lines.cut();
    }

    private void write() throws IOException {
        long before = written();
        try {
            lines.writeTo(out);
            out.flush();
        } catch (IOException e) {
            throw failure(e, lines.length() - (written() - before));
        }
    }

    private IOException failure(IOException e, long unwritten) {
        int errno = WriteException.errnoOf(e);
        if (errno == Errno.EPIPE && reader != null) {
            return new WriteException("the command that reads it has ended", errno, unwritten);
        }
        return errno == Errno.EPIPE && !own
                ? new ReaderGoneException()
                : new WriteException(String.valueOf(e.getMessage()), errno, unwritten);
    }

    /** Returns the failure of a write to a pipe that nobody reads any more. */
    public IOException readerGone() {
        return failure(new WriteException(Errno.EPIPE), 0);
    }

    /** Returns the number of bytes written; 0 if the stream does not count them. */
    private long written() {
        return out instanceof CountingStream counting ? counting.written() : 0;
    }

    /**
     * Closes the stream if this sink owns it.
     *
     * @throws IOException if the file or the command reports that written lines were lost
     */
    @Override
    public void close() throws IOException {
        try {
            if (own) {
                out.close();
            }
        } finally {
            awaitReader();
        }
    }

    private void awaitReader() throws IOException {
        String failure = reader == null ? "" : reader.awaitFailure();
        if (!failure.isEmpty()) {
            throw new ReaderFailedException(failure);
        }
    }
}
