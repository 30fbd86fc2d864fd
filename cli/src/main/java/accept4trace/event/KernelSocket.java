package accept4trace.event;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A socket of the traced server.
 *
 * @param inode inode number in sockfs, 0 if unknown
 * @param state TCP_LISTEN, TCP_CLOSE etc. of include/net/tcp_states.h; sockets of all families use these values
 * @param local local address
 * @param remote address of the other end; null for a listener
 * @param remoteInode AF_UNIX: inode of the socket at the other end, 0 if unknown
 */
public record KernelSocket(
        long inode, Protocol protocol, int state, Endpoint local, @Nullable Endpoint remote, long remoteInode) {
    private static final int ALG = 38;
    private static final int TCP = 6;
    static final int TCP_CLOSE = 7;

    public Endpoint peer() {
        return Objects.requireNonNull(remote);
    }

    /** Returns whether the peer has reset a TCP connection. */
    public boolean isReset() {
        return knowsReset() && state == TCP_CLOSE;
    }

    /** Returns whether {@link #isReset} applies to the protocol. */
    public boolean knowsReset() {
        return protocol.number() == TCP;
    }

    /** Returns whether an accepted socket is a connection. An AF_ALG socket is a cryptographic operation instead. */
    boolean isConnection() {
        return protocol.family() != ALG;
    }
}
