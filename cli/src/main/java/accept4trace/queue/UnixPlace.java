package accept4trace.queue;

import accept4trace.event.Endpoint;
import accept4trace.event.Endpoint.Unix;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The name of an AF_UNIX listener, and the namespace in which clients find it by this name.
 *
 * @param namespace inode of the network namespace of an abstract name, or of the mount namespace of a path
 */
record UnixPlace(Unix name, long namespace) {
    /**
     * Returns null if {@code end} is not a bound AF_UNIX address, or if its name can mean different sockets: a relative
     * path, or a path in an unknown mount namespace ({@code mntns} is 0).
     */
    static @Nullable UnixPlace of(Endpoint end, long netns, long mntns) {
        if (!(end instanceof Unix unix) || !unix.isBound()) {
            return null;
        }
        byte[] name = unix.name();
        if (name[0] == 0) {
            return new UnixPlace(unix, netns);
        }
        return name[0] == '/' && mntns != 0 ? new UnixPlace(withoutEnd(name), mntns) : null;
    }

    /** Removes the final NUL byte of a path, so that paths with and without this optional byte are equal. */
    private static Unix withoutEnd(byte[] path) {
        int length = 0;
        while (length < path.length && path[length] != 0) {
            length++;
        }
        return new Unix(Arrays.copyOf(path, length));
    }
}
