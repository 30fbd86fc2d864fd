package accept4trace.summary;

import accept4trace.event.AddressFamily;
import accept4trace.event.Connection;
import accept4trace.event.Endpoint;
import accept4trace.event.Endpoint.Ip;
import accept4trace.event.Endpoint.Unix;
import accept4trace.event.Endpoint.Vsock;
import accept4trace.event.Fields;
import accept4trace.event.KernelSocket;
import accept4trace.event.PeerTask;
import accept4trace.text.Escaper;
import accept4trace.text.FamilyNames;
import accept4trace.text.IpText;
import accept4trace.text.Text;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A client as a key: a machine, or for AF_UNIX a process. Two numbers hold the address, to save heap.
 *
 * @param family AF_*
 * @param high first eight bytes of the IP address or process name
 * @param low next eight bytes
 * @param number AF_UNIX: process id; AF_VSOCK: context id; otherwise 0
 */
public record Peer(int family, long high, long low, int number) {
    private static final byte[] NOTHING = {};
    private static final int MAX_BYTES = 2 * Long.BYTES;
    private static final int INET_BYTES = 4;

    /**
     * Returns a peer with a name.
     *
     * @param name IP address or process name, at most 16 bytes
     */
    private static Peer of(int family, byte[] name, int number) {
        ByteBuffer both = ByteBuffer.wrap(Arrays.copyOf(name, MAX_BYTES));
        return new Peer(family, both.getLong(), both.getLong(), number);
    }

    /** Returns the peer of a connection, whose socket must be known. */
    static Peer of(Connection connection) {
        KernelSocket socket = connection.requireSocket();
        Endpoint end = socket.peer();
        int family = socket.protocol().family();
        PeerTask task = connection.peerTask();
        if (end instanceof Unix && task != null) {
            return of(family, task.comm(), task.pid());
        }
        return end instanceof Ip ip
                ? of(family, ip.address(), 0)
                : new Peer(family, 0, 0, end instanceof Vsock vsock ? vsock.contextId() : 0);
    }

    /** Returns the IP address or the process name; empty for other families. */
    public byte[] name() {
        byte[] both = ByteBuffer.allocate(MAX_BYTES).putLong(high).putLong(low).array();
        return switch (AddressFamily.of(family)) {
            case INET -> Arrays.copyOf(both, INET_BYTES);
            case INET6 -> both;
            case UNIX -> Arrays.copyOf(both, Escaper.lengthOfCString(both, 0, MAX_BYTES));
            case VSOCK, OTHER -> NOTHING;
        };
    }

    public boolean isIp() {
        return AddressFamily.of(family).isIp();
    }

    /** Appends the IP address, the process, the AF_VSOCK context id, or the name of any other family. */
    public void append(Text out) {
        switch (AddressFamily.of(family)) {
            case INET, INET6 -> IpText.append(out, name());
            case UNIX -> {
                out.add(number).add('<');
                Escaper.bracketed(out, name(), name().length);
                out.add('>');
            }
            case VSOCK -> out.add("vsock ").add(Integer.toUnsignedLong(number));
            case OTHER -> FamilyNames.append(out, family);
        }
    }

    public void write(Fields out) throws IOException {
        switch (AddressFamily.of(family)) {
            case INET, INET6 -> out.string("address", IpText.of(name()));
            case UNIX -> {
                out.number("pid", number);
                out.string("comm", new String(name(), StandardCharsets.UTF_8));
            }
            case VSOCK -> out.number("cid", Integer.toUnsignedLong(number));
            case OTHER -> {
                // Addresses of other families are not decoded.
            }
        }
    }
}
