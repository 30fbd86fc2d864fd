package accept4trace.summary;

import accept4trace.event.AddressFamily;
import accept4trace.event.Connection;
import accept4trace.event.Endpoint;
import accept4trace.event.Fields;
import accept4trace.event.KernelSocket;
import accept4trace.event.PeerTask;
import accept4trace.text.Escaper;
import accept4trace.text.FamilyNames;
import accept4trace.text.Text;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A client as a key: a machine, or a process for AF_UNIX. To save heap, two numbers hold the address or name.
 *
 * @param family AF_*
 * @param high first eight bytes of {@link Endpoint#host} or of the process name
 * @param low next eight bytes
 * @param pid AF_UNIX: process id; otherwise 0
 */
public record Peer(int family, long high, long low, int pid) {
    private static final int MAX_BYTES = 2 * Long.BYTES;

    /** Returns the peer of a connection, whose socket must be known. */
    static Peer of(Connection connection) {
        KernelSocket socket = connection.requireSocket();
        int family = socket.protocol().family();
        PeerTask task = connection.peerTask();
        return isUnix(family) && task != null
                ? of(family, task.comm(), task.pid())
                : of(family, socket.peer().host(), 0);
    }

    private static Peer of(int family, byte[] name, int pid) {
        ByteBuffer both = ByteBuffer.wrap(Arrays.copyOf(name, MAX_BYTES));
        return new Peer(family, both.getLong(), both.getLong(), pid);
    }

    private static boolean isUnix(int family) {
        return family == AddressFamily.UNIX.number();
    }

    private byte[] name() {
        return ByteBuffer.allocate(MAX_BYTES).putLong(high).putLong(low).array();
    }

    /** Returns the machine as an address without a port; {@link Endpoint.Other#NONE} if there is none. */
    public Endpoint host() {
        return AddressFamily.of(family).ofHost(name());
    }

    private byte[] comm() {
        byte[] name = name();
        return Arrays.copyOf(name, Escaper.lengthOfCString(name, 0, name.length));
    }

    /** Appends the machine, the process, or the name of a family without machines. */
    public void append(Text out) {
        Endpoint host = host();
        if (isUnix(family)) {
            out.add(pid).add('<');
            Escaper.bracketed(out, comm(), comm().length);
            out.add('>');
        } else if (host == Endpoint.Other.NONE) {
            FamilyNames.append(out, family);
        } else {
            host.appendHost(out);
        }
    }

    public void write(Fields out) throws IOException {
        if (isUnix(family)) {
            out.number("pid", pid);
            out.string("comm", new String(comm(), StandardCharsets.UTF_8));
        } else {
            host().writeHost(out);
        }
    }
}
