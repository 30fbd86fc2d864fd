package accept4trace.summary;

import accept4trace.event.KernelSocket;
import java.nio.ByteBuffer;

/**
 * Where listeners are bound; with SO_REUSEPORT there can be several.
 *
 * @param family AF_*
 * @param protocol IPPROTO_*
 * @param address IP address
 * @param port host order
 * @param name AF_UNIX
 */
public record Listener(int family, int protocol, ByteBuffer address, int port, ByteBuffer name) {
    public static Listener of(KernelSocket socket) {
        return new Listener(
                socket.family(),
                socket.protocol(),
                ByteBuffer.wrap(socket.local().address()),
                socket.local().port(),
                ByteBuffer.wrap(socket.local().name()));
    }
}
