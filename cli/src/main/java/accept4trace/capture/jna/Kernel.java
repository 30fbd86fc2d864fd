package accept4trace.capture.jna;

import accept4trace.capture.CaptureException;
import accept4trace.capture.NativeLayout.File;
import accept4trace.capture.NativeLayout.OutputFile;
import accept4trace.capture.OperatingSystem;
import accept4trace.event.OpenFile;
import com.sun.jna.Memory;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystemException;
import org.jspecify.annotations.Nullable;

/** Implements {@link OperatingSystem} with liba4t. */
final class Kernel implements OperatingSystem {
    private static final int DEFAULT_WIDTH = 80;
    /** Maximum size of one write, in bytes. */
    private static final int WRITE_BYTES = 64 * 1024;

    private final NativeTracer library;
    private final Memory file = new Memory(File.BYTES);
    private final Memory output = new Memory(WRITE_BYTES);

    Kernel(NativeTracer library) {
        this.library = library;
    }

    @Override
    public long userId(String name) {
        return library.userId(name);
    }

    @Override
    public void checkInvoker() throws CaptureException {
        library.checkInvoker();
    }

    @Override
    public long epochOffset() {
        return library.epochOffset();
    }

    @Override
    public int utcOffset(long epochSecond) {
        return library.utcOffset(epochSecond);
    }

    @Override
    public int openOutput(String file, boolean append, boolean isPrivate) throws CaptureException {
        return library.openOutput(file, (append ? OutputFile.APPEND : 0) | (isPrivate ? OutputFile.PRIVATE : 0));
    }

    @Override
    public OutputCommand openCommand(String command) throws CaptureException {
        Memory fd = new Memory(Integer.BYTES);
        return new OutputCommand(library.openCommand(command, fd), fd.getInt(0));
    }

    @Override
    public synchronized int write(int fd, byte[] bytes, int offset, int count) {
        int part = Math.min(count, WRITE_BYTES);
        output.write(0, bytes, offset, part);
        return library.write(fd, output, part);
    }

    @Override
    public int close(int fd) {
        return -library.closeOutput(fd);
    }

    @Override
    public int terminalWidth(int fd) {
        int width = library.terminalWidth(fd);
        return width > 0 ? width : DEFAULT_WIDTH;
    }

    @Override
    public boolean isTerminal(int fd) {
        return library.isTerminal(fd);
    }

    @Override
    public @Nullable OpenFile openFile(int tgid, int fd, long inode) {
        if (library.describeFd(tgid, fd, inode, file) < 0) {
            return null;
        }
        return new OpenFile(
                file.getByteArray(File.PATH, file.getInt(File.PATH_LEN)),
                file.getInt(File.DELETED) != 0,
                (char) file.getInt(File.DEVICE),
                file.getInt(File.MAJOR),
                file.getInt(File.MINOR));
    }

    @Override
    public InputStream openBelowRoot(int tgid, String path, int uid, long most) throws IOException {
        try {
            return new DescriptorInput(library, library.openBelowRoot(tgid, path, uid, most));
        } catch (CaptureException e) {
            throw new FileSystemException(path, null, e.detail());
        }
    }

    @Override
    public boolean is32Bit(int tgid) {
        return library.is32Bit(tgid) == 1;
    }

    @Override
    public int awaitCommand(int pid) throws CaptureException {
        int status = library.waitCommand(pid);
        if (status < 0) {
            throw new CaptureException("wait for the command", -status, "");
        }
        return status;
    }

    @Override
    public void dieBySignal(int signal) {
        library.dieBySignal(signal);
    }
}
