package accept4trace.sink;

import accept4trace.format.Text;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Where formatted lines go: one write a batch, nothing held back. */
public final class Sink implements AutoCloseable {
    private static final String BROKEN_PIPE = "Broken pipe";

    private final OutputStream out;
    private final boolean closing;
    /** Who reads them, or null when it is nobody that we have started. */
    private final Process reader;

    private final Text lines;

    /** The reader of a pipe has gone, as `head` does when it has seen enough. */
    public static final class ReaderGoneException extends IOException {
        private static final long serialVersionUID = 1;
    }

    private Sink(OutputStream out, boolean closing, Process reader, Text.Style style) {
        this.out = out;
        this.closing = closing;
        this.reader = reader;
        this.lines = new Text(style);
    }

    /** For a stream that others go on using, such as stderr with its notices. */
    public static Sink to(OutputStream out, Text.Style style) {
        return new Sink(out, false, null, style);
    }

    public static Sink toStdout(Text.Style style) {
        return to(new FileOutputStream(FileDescriptor.out), style);
    }

    public static Sink toStderr(Text.Style style) {
        return to(new FileOutputStream(FileDescriptor.err), style);
    }

    /** An existing file is truncated, as strace does, or appended to. */
    public static Sink toFile(Path file, boolean append, Text.Style style) throws IOException {
        OutputStream out = append
                ? Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND)
                : Files.newOutputStream(file);
        return new Sink(out, true, null, style);
    }

    /** Into a shell's command, whose own output goes where ours does; {@link #close} waits for its end. */
    public static Sink toCommand(String command, Text.Style style) throws IOException {
        Process reader = new ProcessBuilder("/bin/sh", "-c", command)
                .redirectOutput(ProcessBuilder.Redirect.INHERIT)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        return new Sink(reader.getOutputStream(), true, reader, style);
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
        if (lines.length() == 0) {
            return;
        }
        try {
            lines.writeTo(out);
            out.flush();
        } catch (IOException e) {
            throw BROKEN_PIPE.equals(e.getMessage()) ? new ReaderGoneException() : e;
        }
        lines.clear();
    }

    @Override
    public void close() throws IOException {
        if (closing) {
            out.close();
        }
        if (reader != null) {
            await(reader);
        }
    }

    private static void await(Process process) {
        try {
            process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
