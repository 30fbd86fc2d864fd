package accept4trace.event;

/**
 * The accept queue of a listener immediately after a call.
 *
 * @param length connections in the queue; negative if unknown
 * @param max limit of the queue; undefined if {@code length} is unknown
 * @param drops connections that the listener has dropped since the previous accept that was seen; negative if unknown
 * @param somaxconn net.core.somaxconn of the network namespace at the time of the call; negative if unknown. listen()
 *     limited {@code max} to somaxconn, which may have been changed since, so either value can be larger
 * @param halfOpen TCP handshakes with this listener that are not complete; negative if unknown
 * @param defers the listener has TCP_DEFER_ACCEPT, so {@code halfOpen} includes clients that have not sent anything;
 *     undefined if {@code halfOpen} is unknown
 */
public record Backlog(long length, long max, long drops, long somaxconn, long halfOpen, boolean defers) {}
