package accept4trace.output;

import accept4trace.text.Text;
import java.io.IOException;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;

/** Where formatted lines go: one write a batch, or some if it is very long; nothing held back. */
public final class Sink implements AutoCloseable {
    private static final String BROKEN_PIPE = "Broken pipe";

    private final OutputStream out;
    /** Made for this alone: to be closed, and its lines are not lost without a word. */
    private final boolean own;
    /** Who reads them, or null when it is nobody that we have started. */
    private final @Nullable Reader reader;

    private final Text lines;
    /** Why a part of very long lines could not be written; null if all could. */
    private @Nullable IOException partFailure;

    /** A command that reads the lines. */
    public interface Reader {
        /**
         * Waits for its end.
         *
         * @return empty if it has succeeded, else what it has ended with, as "exit status 1"
         */
        String awaitFailure() throws IOException;
    }

    /** The reader of a pipe has gone, as `head` does when it has seen enough. */
    public static final class ReaderGoneException extends IOException {
        private static final long serialVersionUID = 1;
    }

    /** Lines that cannot be written: the message says why. */
    public static final class UnwrittenException extends IOException {
        private static final long serialVersionUID = 1;

        private final long bytes;

        UnwrittenException(String why, long bytes) {
            super(why);
            this.bytes = bytes;
        }

        /** Of the lines that were to be written. */
        public long bytes() {
            return bytes;
        }
    }

    private Sink(OutputStream out, boolean own, @Nullable Reader reader, Text.Style style) {
        this.out = out;
        this.own = own;
        this.reader = reader;
        this.lines = new Text(style);
        lines.whenLong(this::writePart);
    }

    /** For a stream that others go on using, such as stderr with its notices. */
    public static Sink to(OutputStream out, Text.Style style) {
        return new Sink(out, false, null, style);
    }

    /** Closes the file when it is closed. */
    public static Sink toFile(CountingStream out, Text.Style style) {
        return new Sink(out, true, null, style);
    }

    /** Into a pipe whose other end a command of ours reads; {@link #close} waits for the command's end. */
    public static Sink toCommand(CountingStream out, Reader command, Text.Style style) {
        return new Sink(out, true, command, style);
    }

    /** Where lines are put together until they are flushed. */
    public Text lines() {
        return lines;
    }

    public Text.Style style() {
        return lines.style();
    }

    /** Writes the lines, and has none any more. */
    public void flush() throws IOException {
        if (partFailure != null) {
            throw partFailure;
        }
        if (lines.length() > 0) {
            write();
            lines.clear();
        }
    }

    /** The next flush reports a failure: who adds text cannot. */
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
        boolean readerGone = BROKEN_PIPE.equals(e.getMessage());
        if (readerGone && reader != null) {
            return new UnwrittenException("the command that reads it has ended", unwritten);
        }
        return readerGone && !own
                ? new ReaderGoneException()
                : new UnwrittenException(String.valueOf(e.getMessage()), unwritten);
    }

    /** Of what is no file of ours nobody knows. */
    private long written() {
        return out instanceof CountingStream counting ? counting.written() : 0;
    }

    /**
     * Closes what was made for these lines.
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
            throw new IOException("the command that reads it has failed: " + failure);
        }
    }
}
