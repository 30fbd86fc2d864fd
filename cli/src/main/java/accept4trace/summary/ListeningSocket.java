package accept4trace.summary;

import accept4trace.event.KernelSocket;

/**
 * The key of a listening socket. Members of an SO_REUSEPORT group share an address, but have different inodes.
 *
 * @param inode inode number in sockfs, which is unique on the machine; 0 if unknown
 * @param netns inode of the network namespace if {@code inode} is unknown; otherwise 0, so that a socket has the same
 *     key whether or not its source knows the namespace
 */
public record ListeningSocket(long inode, long netns, Listener address) {
    public static ListeningSocket of(KernelSocket socket, long netns) {
        return new ListeningSocket(socket.inode(), socket.inode() == 0 ? netns : 0, Listener.of(socket));
    }
}
