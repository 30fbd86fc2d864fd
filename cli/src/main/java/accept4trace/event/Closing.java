package accept4trace.event;

/**
 * The end of a listening socket. The connections in its accept queue are lost, unless another socket of its
 * SO_REUSEPORT group takes them over.
 *
 * @param caller the thread that closed the last descriptor of the socket, or shut the socket down
 * @param beganNs CLOCK_MONOTONIC, as for {@code endedNs}
 * @param listener the socket and its queue immediately before the end; the fd is unknown
 * @param byExit the socket was closed by the exit of the process, not by close or shutdown
 */
public record Closing(
        Caller caller, long beganNs, long endedNs, ListenerFd listener, Discarded discarded, boolean byExit) {
    /**
     * What became of the connections in the queue. Those that their clients had reset before are in none of the counts.
     *
     * @param reset connections that the kernel has reset, except those in {@code left}; with a filter by peer, only
     *     those whose peers match
     * @param left connections whose clients had already closed their end; with a filter by peer, only those whose peers
     *     match. For AF_UNIX, hooks without kprobes count them as {@code reset}
     * @param migrated connections that another socket has taken over; 0 with a filter by peer
     * @param halfOpen handshakes that had not completed
     */
    public record Discarded(long reset, long left, long migrated, long halfOpen) {}
}
