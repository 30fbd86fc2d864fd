package accept4trace.summary;

/**
 * An accept queue in the latest snapshot.
 *
 * @param waiting connections in the queue; -1 if unknown
 * @param limit number of connections above which the queue is full; -1 if unknown
 * @param oldestNs how long the oldest connection has waited, in nanoseconds; -1 if no connection waits or if the age is
 *     unknown
 * @param atLeast the oldest connection may have waited longer than {@code oldestNs}
 */
public record QueueNow(long waiting, long limit, long oldestNs, boolean atLeast) {
    /** The socket is not in the snapshot, or there is no snapshot. */
    public static final QueueNow UNKNOWN = new QueueNow(-1, -1, -1, false);
}
