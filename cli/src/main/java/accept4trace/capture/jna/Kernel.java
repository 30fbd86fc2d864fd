package accept4trace.capture.jna;

import accept4trace.capture.CaptureException;
import accept4trace.capture.Hook;
import accept4trace.capture.NativeLayout.File;
import accept4trace.event.OpenFile;
import com.sun.jna.Memory;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;

/** What the running kernel allows, and the end of this process, for which Java has no means. */
public final class Kernel {
    private static final int ORDINARY_WIDTH = 80;
    /** Of one write at most. */
    private static final int WRITE_BYTES = 64 * 1024;

    private final NativeTracer library;
    private final Memory file = new Memory(File.BYTES);
    private final Memory output = new Memory(WRITE_BYTES);

    private Kernel(NativeTracer library) {
        this.library = library;
    }

    /**
     * Begins with what any tracing needs, in a thread of its own, while the options are read. Whether that
     * works shows when it is used.
     */
    public static void prepareMeanwhile() {
        Thread preparation = new Thread(Kernel::prepare, "preparation");
        preparation.setDaemon(true);
        try {
            preparation.start();
        } catch (OutOfMemoryError e) {
            // No room for one more thread, and none is needed.
        }
    }

    private static void prepare() {
        try {
            NativeTracer.load().prepare();
        } catch (CaptureException | RuntimeException | Error e) {
            // Reported to whoever loads it next: of an error of linking, NativeTracer keeps the first.
        }
    }

    /** What has made this failure one: the error that came first, in whatever thread. */
    public static Throwable rootCause(Throwable failure) {
        return failure instanceof NoClassDefFoundError error ? NativeTracer.rootCause(error) : failure;
    }

    public static Kernel load() throws CaptureException {
        return new Kernel(NativeTracer.load());
    }

    /** 0 when the hook can be attached to, else a positive errno. */
    public int missing(Hook hook) {
        return -library.checkHook(hook);
    }

    /** Loads the programs and drops them again. */
    public void checkLoad() throws CaptureException {
        library.checkLoad();
    }

    /** The id of a user, or -1 for an unknown name. */
    public long userId(String name) {
        return Math.max(-1, library.userId(name));
    }

    /** What CLOCK_REALTIME shows when CLOCK_MONOTONIC is 0, in nanoseconds, as of now. */
    public long epochOffset() {
        return library.epochOffset();
    }

    /** The most that listen() grants in the network namespace of a process; negative when that is unknown. */
    public int somaxconn(int tgid) {
        return library.somaxconn(tgid);
    }

    /**
     * Opens a file for output with the rights of who has called sudo for us, where these suffice; it is emptied unless
     * appended to. Returns its file descriptor.
     */
    public int openOutput(String file, boolean append) throws CaptureException {
        return library.openOutput(file, append);
    }

    /**
     * A command that was started to read what is written.
     *
     * @param pid to be awaited once {@code fd} is closed
     * @param fd where to write
     */
    public record OutputCommand(int pid, int fd) {}

    /** Starts a shell's command, which the terminal's signals do not end. */
    public OutputCommand openCommand(String command) throws CaptureException {
        Memory fd = new Memory(Integer.BYTES);
        return new OutputCommand(library.openCommand(command, fd), fd.getInt(0));
    }

    /** Returns how many bytes were written, or a negative errno. One at a time, by whatever thread. */
    public synchronized int write(int fd, byte[] bytes, int offset, int count) {
        int part = Math.min(count, WRITE_BYTES);
        output.write(0, bytes, offset, part);
        return library.write(fd, output, part);
    }

    /** Returns 0, or a positive errno if what was written is lost. */
    public int close(int fd) {
        return -library.closeOutput(fd);
    }

    /** In columns; 80 for what is no terminal. */
    public int terminalWidth(int fd) {
        int width = library.terminalWidth(fd);
        return width > 0 ? width : ORDINARY_WIDTH;
    }

    public boolean isTerminal(int fd) {
        return library.isTerminal(fd);
    }

    /** What fd {@code fd} of a process refers to, or null when it is not the file with this inode number any more. */
    public OpenFile openFile(int tgid, int fd, long inode) {
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

    /**
     * Opens a regular file below the root of a process. May be called by any thread.
     *
     * @param path without a leading slash
     * @param uid whom it must belong to, unless it is root's
     * @param most bytes that it may have
     * @throws IOException if it is another kind of file, a stranger's, larger, absent or unreadable
     */
    public InputStream openBelowRoot(int tgid, String path, int uid, long most) throws IOException {
        int fd = library.openBelowRoot(tgid, path, uid, most);
        if (fd < 0) {
            throw new IOException(path + ": errno " + -fd);
        }
        try {
            /* The same file again, whatever its name leads to by now. */
            return new FileInputStream("/proc/self/fd/" + fd);
        } finally {
            library.closeOutput(fd);
        }
    }

    /** Waits until a command that an event source has spawned ends; its status as wait(2) gives it. */
    public int awaitCommand(int pid) throws CaptureException {
        int status = library.waitCommand(pid);
        if (status < 0) {
            throw new CaptureException("wait for the command", -status, "");
        }
        return status;
    }

    /** Ends this process by a signal, as its parent will see. */
    public void dieBySignal(int signal) {
        library.dieBySignal(signal);
    }
}
