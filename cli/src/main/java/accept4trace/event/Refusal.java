package accept4trace.event;

import org.jspecify.annotations.Nullable;

/**
 * A TCP client's packet that a listener has dropped because its accept queue was full.
 *
 * @param timeNs when the packet was dropped, CLOCK_MONOTONIC
 * @param at which packet of the handshake
 * @param listener the listening socket
 * @param netns inode of the listener's network namespace
 * @param local address that the client connects to, in the family of the listener
 * @param peer address of the client
 * @param queue the accept queue at that time; null if unknown
 */
public record Refusal(
        long timeNs, At at, KernelSocket listener, long netns, Endpoint local, Endpoint peer, @Nullable Queue queue) {
    /**
     * A full accept queue.
     *
     * @param waiting connections in the queue
     * @param limit number of connections above which the queue is full
     */
    public record Queue(long waiting, long limit) {}

    /** A packet of the handshake. */
    public enum At {
        SYN,
        /** The last packet of the handshake. The client already believes that it is connected. */
        ACK
    }
}
