package accept4trace.event;

import org.jspecify.annotations.Nullable;

/**
 * A connection that waits in an accept queue.
 *
 * @param socket distinguishes the connection from others that wait at the same time; see {@link #isSame}
 * @param peer address of an IP client; an unnamed address for AF_UNIX
 * @param task the process that called connect; null if unknown, e.g. for IP
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
    /**
     * Returns whether the connections of two snapshots are the same. A later IP connection can have the same {@code
     * socket}, but it became ready at a different time.
     *
     * @param takenNs when the snapshot of this connection was taken
     * @param otherTakenNs when the other snapshot was taken
     */
    public boolean isSame(long takenNs, WaitingConnection other, long otherTakenNs) {
        return socket == other.socket && (task != null || ageNs < 0 || takenNs - ageNs == otherTakenNs - other.ageNs);
    }

    /** Returns the same connection with a lower bound of its age. */
    public WaitingConnection waitedAtLeast(long ns) {
        return new WaitingConnection(socket, peer, task, ns, true, unreadBytes, isReset);
    }
}
