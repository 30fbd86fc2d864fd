package accept4trace.summary;

import accept4trace.event.Endpoint.Ip;
import accept4trace.event.Endpoint.Unix;
import accept4trace.event.Endpoint.Vsock;
import accept4trace.event.KernelSocket;
import java.nio.ByteBuffer;

/**
 * The address of a listener as a key. With SO_REUSEPORT, several sockets have the same key.
 *
 * @param family AF_*
 * @param protocol IPPROTO_*
 * @param address IP address; empty for other families
 * @param port host order
 * @param name AF_UNIX name; empty for other families
 */
public record Listener(int family, int protocol, ByteBuffer address, int port, ByteBuffer name) {
    private static final byte[] NOTHING = {};

    public static Listener of(KernelSocket socket) {
        Ip ip = socket.local() instanceof Ip known ? known : new Ip(NOTHING, 0, 0);
        return new Listener(
                socket.protocol().family(),
                socket.protocol().number(),
                ByteBuffer.wrap(ip.address()),
                socket.local() instanceof Vsock vsock ? vsock.port() : ip.port(),
                ByteBuffer.wrap(unixName(socket)));
    }

    /** Returns the AF_UNIX name of a socket; empty if it has none. */
    public static byte[] unixName(KernelSocket socket) {
        return socket.local() instanceof Unix unix ? unix.name() : NOTHING;
    }
}
