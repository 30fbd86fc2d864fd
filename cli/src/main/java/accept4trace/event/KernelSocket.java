package accept4trace.event;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A socket of the traced server.
 *
 * @param inode its number in sockfs, 0 if unknown
 * @param state TCP_LISTEN and the like (include/net/tcp_states.h), used for every family
 * @param local its own end
 * @param remote the other end, null for a listener
 * @param remoteInode AF_UNIX: the socket at the other end, 0 if unknown
 */
public record KernelSocket(
        long inode, Protocol protocol, int state, Endpoint local, @Nullable Endpoint remote, long remoteInode) {
    private static final int ALG = 38;
    private static final int TCP = 6;
    private static final int TCP_CLOSE = 7;

    /** Returns the other end of a connection. */
    public Endpoint peer() {
        return Objects.requireNonNull(remote);
    }

    /** Whether a connection was reset by its peer. */
    public boolean isReset() {
        return protocol.number() == TCP && state == TCP_CLOSE;
    }

    /** Whether an accepted socket is a connection. AF_ALG's is an operation of the kernel's cryptography. */
    boolean isConnection() {
        return protocol.family() != ALG;
    }
}
