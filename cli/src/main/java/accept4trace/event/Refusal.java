package accept4trace.event;

import org.jspecify.annotations.Nullable;

/**
 * A TCP client's packet that a listener has dropped because its accept queue was full.
 *
 * @param timeNs when, CLOCK_MONOTONIC
 * @param listener the listening socket
 * @param netns inode of its network namespace
 * @param queue the accept queue at that time; null if unknown
 */
public record Refusal(long timeNs, Packet packet, KernelSocket listener, long netns, @Nullable Queue queue) {
    /**
     * The packet.
     *
     * @param at which packet of the handshake
     * @param local address that the client connects to, in the family of the listener
     * @param peer address of the client
     * @param clientIsn the client's initial sequence number
     */
    public record Packet(At at, Endpoint local, Endpoint peer, int clientIsn) {}

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

    public At at() {
        return packet.at();
    }

    public Endpoint local() {
        return packet.local();
    }

    public Endpoint peer() {
        return packet.peer();
    }
}
