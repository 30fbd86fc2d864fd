package accept4trace.event;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The connection that a call took off the accept queue.
 *
 * @param socket the new socket; null if there is none or it is unknown
 * @param racy the socket was looked up by fd after the call, successfully or not; another thread may have closed the
 *     fd by then
 * @param peerTask the process that connected; null if unknown
 * @param acceptedNs when the connection was taken off the queue, or the socket was looked up (CLOCK_MONOTONIC); 0 if
 *     unknown
 * @param waitNs time from the end of the handshake (AF_UNIX: from connect) to the accept; negative if unknown
 * @param ahead number of connections ahead of this one when it entered the queue; negative if unknown
 * @param handshake all its values are unknown unless this is a TCP connection
 */
public record Connection(
        @Nullable KernelSocket socket,
        boolean racy,
        @Nullable PeerTask peerTask,
        long acceptedNs,
        long waitNs,
        long ahead,
        Handshake handshake) {
    /** Returns the socket. May be called only if the socket is known. */
    public KernelSocket requireSocket() {
        return Objects.requireNonNull(socket);
    }
}
