package accept4trace.sink;

import accept4trace.format.Text;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Where formatted lines go: one write a batch, nothing held back. */
public final class Sink implements AutoCloseable {
    private static final String BROKEN_PIPE = "Broken pipe";

    private final OutputStream out;
    private final boolean closing;

    /** The reader of a pipe has gone, as `head` does when it has seen enough. */
    public static final class ReaderGoneException extends IOException {
        private static final long serialVersionUID = 1;
    }

    private Sink(OutputStream out, boolean closing) {
        this.out = out;
        this.closing = closing;
    }

    /** For a stream that others go on using, such as stderr with its notices. */
    public static Sink to(OutputStream out) {
        return new Sink(out, false);
    }

    public static Sink toStdout() {
        return to(new FileOutputStream(FileDescriptor.out));
    }

    public static Sink toStderr() {
        return to(new FileOutputStream(FileDescriptor.err));
    }

    /** Truncates an existing file, as strace does. */
    public static Sink toFile(Path file) throws IOException {
        return new Sink(Files.newOutputStream(file), true);
    }

    /** Writes the batch and empties it. */
    public void write(Text batch) throws IOException {
        if (batch.length() == 0) {
            return;
        }
        try {
            batch.writeTo(out);
        } catch (IOException e) {
            throw BROKEN_PIPE.equals(e.getMessage()) ? new ReaderGoneException() : e;
        }
        batch.clear();
    }

    @Override
    public void close() throws IOException {
        if (closing) {
            out.close();
        }
    }
}
