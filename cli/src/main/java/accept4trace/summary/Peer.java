package accept4trace.summary;

import accept4trace.event.AddressFamily;
import accept4trace.event.Connection;
import accept4trace.event.Endpoint;
import accept4trace.event.PeerTask;
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

    /** Returns the peer of a connection whose socket is known. */
    static Peer of(Connection connection) {
        Endpoint end = connection.socket().remote();
        int family = connection.socket().family();
        PeerTask task = connection.peerTask();
        return family == AddressFamily.UNIX && task != null
                ? of(family, task.comm(), task.pid())
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
