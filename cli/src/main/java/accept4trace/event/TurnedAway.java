package accept4trace.event;

/**
 * A connection that was closed at once after its accept, without a read or a write.
 *
 * @param listenerInode the listener that it was accepted from
 * @param acceptedNs time of the accept (CLOCK_MONOTONIC)
 * @param closedNs time of the close (CLOCK_MONOTONIC)
 * @param unread bytes that the client had sent
 */
public record TurnedAway(long listenerInode, long acceptedNs, long closedNs, long unread) {}
