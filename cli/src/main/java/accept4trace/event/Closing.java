package accept4trace.event;

/**
 * The end of a listening socket. Clients that waited in its accept queue lose their connections, except those that
 * another socket of its SO_REUSEPORT group takes over.
 *
 * @param caller the thread that closed the last descriptor of the socket, or shut the socket down
 * @param beganNs CLOCK_MONOTONIC, as for {@code endedNs}
 * @param listener the socket and its queue immediately before; the fd is unknown
 * @param byExit the process was ending, so it has not asked for the end of the socket itself
 */
public record Closing(
        Caller caller, long beganNs, long endedNs, ListenerFd listener, Discarded discarded, boolean byExit) {
    /**
     * What became of the queue. Connections that are not counted here had been reset by their clients before.
     *
     * @param reset connections that the kernel has reset; with a filter by peer, only those that match
     * @param migrated connections that another socket has taken over
     * @param halfOpen handshakes that had not completed
     */
    public record Discarded(long reset, long migrated, long halfOpen) {}
}
