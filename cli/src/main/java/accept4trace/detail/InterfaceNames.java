package accept4trace.detail;

import java.io.IOException;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Looks up names of network interfaces in the tracer's own network namespace. */
final class InterfaceNames {
    private static final int UNKNOWN = 0;
    private static final long OWN_NAMESPACE = ownNamespace();

    private InterfaceNames() {}

    /**
     * Returns the name of an interface; null if there is none or it is in another network namespace.
     *
     * @param index as in sin6_scope_id
     * @param netns inode of the network namespace that the index belongs to, 0 = unknown
     */
    static byte @Nullable [] of(int index, long netns) {
        if (index <= 0 || netns == UNKNOWN || netns != OWN_NAMESPACE) {
            return null;
        }
        try {
            NetworkInterface found = NetworkInterface.getByIndex(index);
            return found == null ? null : found.getName().getBytes(StandardCharsets.UTF_8);
        } catch (SocketException e) {
            return null;
        }
    }

    /** Parses the inode from the target of the link, e.g. "net:[4026531840]". */
    private static long ownNamespace() {
        try {
            String name = Files.readSymbolicLink(Path.of("/proc/self/ns/net")).toString();
            return Long.parseLong(name.substring(name.indexOf('[') + 1, name.indexOf(']')));
        } catch (IOException e) {
            return UNKNOWN;
        }
    }
}
