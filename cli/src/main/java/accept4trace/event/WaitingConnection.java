package accept4trace.event;

import org.jspecify.annotations.Nullable;

/**
 * A connection that waits in an accept queue.
 *
 * @param socket identifies the connection while it exists; nothing else
 * @param peer address of an IP client; an unnamed address for AF_UNIX
 * @param task the process that called connect; null if unknown, as for IP
 * @param ageNs how long it has waited, in nanoseconds; -1 if unknown
 * @param atLeast it may have waited longer than {@code ageNs}
 * @param unreadBytes bytes that the client has sent
 * @param isReset the client has reset the connection
 */
public record WaitingConnection(
        long socket,
        Endpoint peer,
        @Nullable PeerTask task,
        long ageNs,
        boolean atLeast,
        long unreadBytes,
        boolean isReset) {
    /** Returns the same connection with a lower bound of its age. */
    public WaitingConnection waitedAtLeast(long ns) {
        return new WaitingConnection(socket, peer, task, ns, true, unreadBytes, isReset);
    }
}
