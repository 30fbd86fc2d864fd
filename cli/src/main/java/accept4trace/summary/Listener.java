package accept4trace.summary;

import accept4trace.event.Endpoint;
import accept4trace.event.KernelSocket;

/**
 * The address of a listener as a key. With SO_REUSEPORT, several sockets have the same key.
 *
 * @param family AF_*
 * @param protocol IPPROTO_*
 */
public record Listener(int family, int protocol, Endpoint local) {
    public static Listener of(KernelSocket socket) {
        return new Listener(socket.protocol().family(), socket.protocol().number(), socket.local());
    }
}
