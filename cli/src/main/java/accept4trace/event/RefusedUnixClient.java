package accept4trace.event;

/**
 * The refused connects of an AF_UNIX client to a listener.
 *
 * @param first the first one
 * @param connects their number
 * @param lastNs time of the last one, CLOCK_MONOTONIC
 */
public record RefusedUnixClient(UnixRefusal first, long connects, long lastNs) {}
