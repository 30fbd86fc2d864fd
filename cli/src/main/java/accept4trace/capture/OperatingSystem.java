package accept4trace.capture;

import accept4trace.event.OpenFile;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/** Operating-system calls that the Java API does not offer. */
public interface OperatingSystem {
    /**
     * A command that was started to read what is written.
     *
     * @param pid to be awaited once {@code fd} is closed
     * @param fd where to write
     */
    record OutputCommand(int pid, int fd) {}

    /** Returns the id of a user, or a negative number if there is no such user. */
    long userId(String name);

    /** Returns what CLOCK_REALTIME shows when CLOCK_MONOTONIC is 0, in nanoseconds, as of now. */
    long epochOffset();

    /** Returns the longest queue that listen() grants in a process's network namespace; negative if unknown. */
    int somaxconn(int tgid);

    /**
     * Opens a file for output with the rights of the user who ran sudo, where these suffice. Empties the file unless
     * {@code append}. Returns the file descriptor.
     */
    int openOutput(String file, boolean append) throws CaptureException;

    /** Starts a shell's command, which the terminal's signals do not end. */
    OutputCommand openCommand(String command) throws CaptureException;

    /** Returns how many bytes were written, or a negative errno. May be called by any thread. */
    int write(int fd, byte[] bytes, int offset, int count);

    /** Returns 0, or a positive errno if written bytes are lost. */
    int close(int fd);

    boolean isTerminal(int fd);

    /** Returns the terminal's width in columns; 80 if the output is not a terminal. */
    int terminalWidth(int fd);

    /** Returns what an fd of a process refers to, or null if it no longer is the file with this inode number. */
    @Nullable
    OpenFile openFile(int tgid, int fd, long inode);

    /**
     * Opens a regular file below the root of a process. May be called by any thread.
     *
     * @param path without a leading slash
     * @param uid the owner it must have, unless root owns it
     * @param most its largest size in bytes
     * @throws IOException if it is another kind of file, a stranger's, larger, absent or unreadable
     */
    InputStream openBelowRoot(int tgid, String path, int uid, long most) throws IOException;

    /** Waits for the end of a command that was spawned or opened; returns its status as wait(2) gives it. */
    int awaitCommand(int pid) throws CaptureException;

    /** Ends this process by a signal, as its parent will see. */
    void dieBySignal(int signal);
}
