package accept4trace.event;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The file descriptor that a call was about, and the socket behind it.
 *
 * @param fd of a call that waited: the first listener that it found ready
 * @param socket null if the fd was not a socket
 * @param fileInode inode of a file that was not a socket; 0 if the fd was not open
 * @param netns inode of the socket's network namespace, 0 if unknown
 * @param reusePort the socket has SO_REUSEPORT
 * @param passCredentials the socket has SO_PASSCRED
 */
public record ListenerFd(
        int fd,
        @Nullable KernelSocket socket,
        long fileInode,
        long netns,
        boolean reusePort,
        boolean passCredentials,
        Backlog backlog) {
    /** Returns the socket. May be called only if the file descriptor was one's. */
    public KernelSocket requireSocket() {
        return Objects.requireNonNull(socket);
    }
}
