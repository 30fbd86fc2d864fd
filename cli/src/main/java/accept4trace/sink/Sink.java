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

    /** The reader of a pipe has gone, as `head` does when it has seen enough. */
    public static final class ReaderGoneException extends IOException {
        private static final long serialVersionUID = 1;
    }

    public Sink(OutputStream out) {
        this.out = out;
    }

    public static Sink toStdout() {
        return new Sink(new FileOutputStream(FileDescriptor.out));
    }

    public static Sink toStderr() {
        return new Sink(new FileOutputStream(FileDescriptor.err));
    }

    /** Truncates an existing file, as strace does. */
    public static Sink toFile(Path file) throws IOException {
        return new Sink(Files.newOutputStream(file));
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
        out.close();
    }
}
