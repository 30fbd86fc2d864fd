package accept4trace.event;

/**
 * The refused packets of an attempt to connect to a listener. The addresses and the client's initial sequence number
 * identify an attempt.
 *
 * @param first the first packet
 * @param atSyn whether a SYN was refused
 * @param atAck whether a last ACK was refused
 * @param packets number of refused packets
 * @param lastNs time of the last packet, CLOCK_MONOTONIC
 */
public record RefusedAttempt(Refusal first, boolean atSyn, boolean atAck, long packets, long lastNs) {
    /** Returns "syn", "ack" or "syn,ack". */
    public String at() {
        if (atSyn && atAck) {
            return "syn,ack";
        }
        return atSyn ? "syn" : "ack";
    }
}
