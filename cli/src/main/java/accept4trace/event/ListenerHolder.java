package accept4trace.event;

/**
 * A process that holds a listening socket.
 *
 * @param tgid process id
 * @param fd one of its file descriptors for the socket
 * @param uid its real user id, in the initial user namespace
 * @param comm its name, raw bytes
 * @param mntns inode of its mount namespace, 0 if unknown
 */
public record ListenerHolder(int tgid, int fd, int uid, byte[] comm, long mntns) {
    public ListenerHolder(int tgid, int fd, int uid, byte[] comm) {
        this(tgid, fd, uid, comm, 0);
    }
}
