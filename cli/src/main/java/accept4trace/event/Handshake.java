package accept4trace.event;

/**
 * The handshake of a TCP connection, and what the client had sent by the time of the accept.
 *
 * @param synacks SYN-ACKs that were sent again before the handshake completed; negative if unknown, e.g. because the
 *     listener had sent SYN cookies. This is not the number of lost packets, because the listener also sends a
 *     SYN-ACK again whenever the client repeats its SYN
 * @param rttNs round-trip time of the handshake; negative if unknown. It can be a millisecond or more too large if a
 *     SYN-ACK was sent again
 * @param received bytes that the client had sent by the time of the accept; negative if unknown
 * @param acceptCpu CPU that ran the accept; undefined if {@code received} is unknown
 * @param receiveCpu CPU that received the last packet of the client; undefined if {@code received} is unknown
 */
public record Handshake(long synacks, long rttNs, long received, int acceptCpu, int receiveCpu) {
    static final Handshake UNKNOWN = new Handshake(-1, -1, -1, -1, -1);
}
