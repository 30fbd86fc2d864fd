package accept4trace.event;

/**
 * A listener's accept queue right after a call.
 *
 * @param length connections that wait in the queue, negative if unknown
 * @param max the limit that the kernel applies; meaningless if the length is unknown
 * @param drops connections refused since the last accept that was seen, negative if unknown
 */
public record Backlog(long length, long max, long drops) {}
