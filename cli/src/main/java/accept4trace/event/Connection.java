package accept4trace.event;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The connection that a call took off the queue.
 *
 * @param socket the new socket; null if there is none or it is unknown
 * @param racy the socket was looked up after the call had returned, found or not
 * @param peerTask the process that connected, null if unknown
 * @param acceptedNs when it was taken off the queue, CLOCK_MONOTONIC; 0 if unknown
 * @param waitNs from the end of the handshake to the accept, negative if unknown
 * @param ahead connections that were before it in the queue when it came, negative if unknown
 */
public record Connection(
        @Nullable KernelSocket socket,
        boolean racy,
        @Nullable PeerTask peerTask,
        long acceptedNs,
        long waitNs,
        long ahead) {
    /** Returns the socket. May be called only if it is known. */
    public KernelSocket requireSocket() {
        return Objects.requireNonNull(socket);
    }
}
