package accept4trace.capture;

import accept4trace.event.OpenFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystemException;
import org.jspecify.annotations.Nullable;

/** Operating-system calls that the Java API does not offer. */
public interface OperatingSystem {
    /**
     * A running command that reads the output on its stdin.
     *
     * @param pid process id for {@link #awaitCommand}, which must be called only after {@code fd} is closed
     * @param fd writing end of the pipe
     */
    record OutputCommand(int pid, int fd) {}

    /** Returns the id of a user, or a negative number for an unknown name. */
    long userId(String name);

    /** Fails if sudo ran this process, but sudo's variables do not identify the user who ran sudo. */
    void checkInvoker() throws CaptureException;

    /** Returns the current CLOCK_REALTIME minus CLOCK_MONOTONIC, in nanoseconds. Changes when the clock is set. */
    long epochOffset();

    /** Returns local time minus UTC, in seconds. {@code epochSecond}: the time, in seconds since 1970. */
    int utcOffset(long epochSecond);

    /**
     * Opens or creates a file for output. Uses the permissions of the user who ran sudo if they suffice.
     *
     * @param append false to truncate the file
     * @param isPrivate whether only its owner may read a new file
     * @return the file descriptor, which the caller must {@link #close}
     */
    int openOutput(String file, boolean append, boolean isPrivate) throws CaptureException;

    /** Starts a shell command that reads the output. The command ignores signals from the terminal, e.g. for ^C. */
    OutputCommand openCommand(String command) throws CaptureException;

    /** Returns the number of bytes written, at most {@code count}, or a negative errno. Can be called by any thread. */
    int write(int fd, byte[] bytes, int offset, int count);

    /** Returns 0, or a positive errno if bytes written earlier are lost. */
    int close(int fd);

    boolean isTerminal(int fd);

    /** Returns the width of the terminal in columns; 80 if {@code fd} is not a terminal or the width is unknown. */
    int terminalWidth(int fd);

    /** Returns the file of an fd; null if the fd no longer refers to the file with this inode number. */
    @Nullable
    OpenFile openFile(int tgid, int fd, long inode);

    /**
     * Opens a regular file below the root directory of a process. Can be called by any thread.
     *
     * @param path path without a leading slash, one character per byte
     * @param uid required owner
     * @param most maximum size in bytes
     * @throws FileSystemException if the file is missing, unreadable, too large, not a regular file, owned by another
     *     user, or on a file system that is not known to be local, e.g. NFS, FUSE or proc; in the last case, the reason
     *     is the name of the file system
     */
    InputStream openBelowRoot(int tgid, String path, int uid, long most) throws IOException;

    /**
     * Returns whether a process runs a 32-bit program; false if that is unknown. Can be called by any thread. Can take
     * any time, because it reads a file of the process.
     */
    boolean is32Bit(int tgid);

    /** Waits until the command ends, and returns its wait(2) status. */
    int awaitCommand(int pid) throws CaptureException;

    /** Ends this process by a signal, so that the parent sees the signal in the wait status. */
    void dieBySignal(int signal);
}
