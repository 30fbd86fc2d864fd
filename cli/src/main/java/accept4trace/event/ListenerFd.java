package accept4trace.event;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The listener's file descriptor in a call, and the socket that it refers to.
 *
 * @param fd first argument of the call; for calls that wait, the fd of the first listener that was ready
 * @param socket null if the fd is not a socket
 * @param fileInode inode of the file if it is not a socket; 0 for a socket, or if the fd is not open
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
    /** Returns the socket. May be called only if the fd is a socket. */
    public KernelSocket requireSocket() {
        return Objects.requireNonNull(socket);
    }
}
