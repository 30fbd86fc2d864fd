package accept4trace.format;

import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;

/** Names of network interfaces by index, in the tracer's own network namespace. */
final class InterfaceNames {
    private InterfaceNames() {}

    /** Null when there is none. */
    static byte[] of(int index) {
        try {
            NetworkInterface found = index > 0 ? NetworkInterface.getByIndex(index) : null;
            return found == null ? null : found.getName().getBytes(StandardCharsets.UTF_8);
        } catch (SocketException e) {
            return null;
        }
    }
}
