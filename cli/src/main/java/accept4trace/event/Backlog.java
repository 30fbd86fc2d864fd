package accept4trace.event;

/**
 * The accept queue of a listener immediately after a call.
 *
 * @param length connections in the queue; negative if unknown
 * @param max limit of the queue; undefined if {@code length} is unknown
 * @param drops connections that the listener has dropped since the previous accept that was seen; negative if unknown
 * @param somaxconn net.core.somaxconn of the network namespace at the time of the call; negative if unknown. It limited
 *     {@code max} at the time of listen(), and may have been changed since, so either can be larger
 * @param halfOpen handshakes of TCP clients that the listener has not completed; negative if unknown
 * @param defers the listener has TCP_DEFER_ACCEPT, so {@code halfOpen} includes clients that have not sent anything;
 *     undefined if {@code halfOpen} is unknown
 */
public record Backlog(long length, long max, long drops, long somaxconn, long halfOpen, boolean defers) {}
