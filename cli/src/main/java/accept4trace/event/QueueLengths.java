package accept4trace.event;

/**
 * Numbers of connections to a listening socket that have not been accepted yet.
 *
 * @param waiting connections in the accept queue; -1 if unknown
 * @param limit number of connections above which the queue is full
 * @param halfOpen connections whose handshake is not complete; -1 if unknown, or if there is no handshake
 * @param defers the socket has TCP_DEFER_ACCEPT, so the clients that have not sent anything are half-open, too
 */
public record QueueLengths(long waiting, long limit, long halfOpen, boolean defers) {
    public static final QueueLengths UNKNOWN = new QueueLengths(-1, 0, -1, false);

    /** Returns the lengths if there is no handshake. */
    public static QueueLengths of(long waiting, long limit) {
        return new QueueLengths(waiting, limit, -1, false);
    }
}
