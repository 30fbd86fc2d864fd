package accept4trace.summary;

import accept4trace.event.AcceptEvent;
import accept4trace.event.AddressFamily;
import accept4trace.event.Endpoint;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Who connects: one machine, or on AF_UNIX one process. Its bytes are in two numbers, as there can be very many.
 *
 * @param family AF_*
 * @param high the first eight bytes of an IP address or of a process's name
 * @param low the other eight
 * @param number a process id, or the context id of an AF_VSOCK machine
 */
public record Peer(int family, long high, long low, int number) {
    private static final int MOST_BYTES = 2 * Long.BYTES;
    private static final int INET_BYTES = 4;

    /** {@code name}: an IP address or a process's name, at most 16 bytes. */
    public static Peer of(int family, byte[] name, int number) {
        ByteBuffer both = ByteBuffer.wrap(Arrays.copyOf(name, MOST_BYTES));
        return new Peer(family, both.getLong(), both.getLong(), number);
    }

    /** Of a call that has accepted a known connection. */
    static Peer of(AcceptEvent event) {
        Endpoint end = event.accepted().remote();
        int family = event.accepted().family();
        return family == AddressFamily.UNIX && event.peerTask() != null
                ? of(family, event.peerTask().comm(), event.peerTask().pid())
                : of(family, end.address(), end.contextId());
    }

    /** The IP address, or the name of the process. */
    public byte[] name() {
        byte[] both = ByteBuffer.allocate(MOST_BYTES).putLong(high).putLong(low).array();
        return switch (family) {
            case AddressFamily.INET -> Arrays.copyOf(both, INET_BYTES);
            case AddressFamily.INET6 -> both;
            default -> untilNul(both);
        };
    }

    private static byte[] untilNul(byte[] bytes) {
        int end = 0;
        while (end < bytes.length && bytes[end] != 0) {
            end++;
        }
        return Arrays.copyOf(bytes, end);
    }
}
