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
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/**
 * A client as a key: a machine, or for AF_UNIX all processes with the same name and user. To save heap, two numbers
 * hold the address or the process name.
 *
 * @param family AF_*
 * @param high first eight bytes of {@link Endpoint#host} or of the process name
 * @param low next eight bytes; for AF_UNIX, {@code high} and {@code low} are 0 if the process name is unknown or
 *     replaced by {@code socketName}
 * @param uid AF_UNIX: effective user id at the connect, unsigned; -1 if unknown, and for all other families
 * @param socketName AF_UNIX: the name to which the client has bound its socket; null if there is none
 */
public record Peer(int family, long high, long low, int uid, Endpoint.@Nullable Unix socketName)
        implements Comparable<Peer> {
    private static final Comparator<Endpoint.Unix> BY_BYTES =
            Comparator.comparing(Endpoint.Unix::name, Arrays::compareUnsigned);

    private static final Comparator<Peer> ORDER = Comparator.comparingInt(Peer::family)
            .thenComparing(Peer::high, Long::compareUnsigned)
            .thenComparing(Peer::low, Long::compareUnsigned)
            .thenComparing(Peer::socketName, Comparator.nullsFirst(BY_BYTES))
            .thenComparing(Peer::uid, Integer::compareUnsigned);

    /** Heap without {@code socketName}, in bytes. */
    static final int BYTES = 40;

    /** Heap of a {@code socketName} without the bytes of the name: two headers, a reference and padding. */
    private static final int SOCKET_NAME_BYTES = 40;

    /** The kernel never gives this id to a user. */
    private static final int UNKNOWN_UID = -1;

    private static final int MAX_BYTES = 2 * Long.BYTES;
    private static final byte[] NO_NAME = {};

    /** Returns the peer of a connection, whose socket must be known. */
    static Peer of(Connection connection) {
        KernelSocket socket = connection.requireSocket();
        int family = socket.protocol().family();
        if (!isUnix(family)) {
            return of(family, socket.peer().host(), UNKNOWN_UID, null);
        }
        PeerTask task = connection.peerTask();
        Endpoint.Unix socketName = chosenName(socket.peer());
        return of(
                family,
                task == null || socketName != null ? NO_NAME : task.comm(),
                task == null ? UNKNOWN_UID : task.uid(),
                socketName);
    }

    private static Peer of(int family, byte[] name, int uid, Endpoint.@Nullable Unix socketName) {
        ByteBuffer both = ByteBuffer.wrap(Arrays.copyOf(name, MAX_BYTES));
        return new Peer(family, both.getLong(), both.getLong(), uid, socketName);
    }

    /** Returns null for a name that the kernel has chosen, because each connection has another one. */
    private static Endpoint.@Nullable Unix chosenName(Endpoint peer) {
        return peer instanceof Endpoint.Unix unix && unix.isBound() && !unix.isAutobound() ? unix : null;
    }

    /**
     * Sorts by address or name. A HashMap needs this order, too, because clients can choose names with equal hash
     * codes. It finds such keys quickly only if they are comparable.
     */
    @Override
    public int compareTo(Peer other) {
        return ORDER.compare(this, other);
    }

    private static boolean isUnix(int family) {
        return family == AddressFamily.UNIX.number();
    }

    /** Returns the estimated heap of this key, in bytes. */
    int heapBytes() {
        return BYTES + (socketName == null ? 0 : SOCKET_NAME_BYTES + socketName.nameBytes());
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

    /**
     * Appends the machine; for an AF_UNIX client, its name and user; for any other family without machines, its name.
     */
    public void append(Text out) {
        Endpoint host = host();
        if (isUnix(family)) {
            appendClient(out);
        } else if (host == Endpoint.Other.NONE) {
            FamilyNames.append(out, family);
        } else {
            host.appendHost(out);
        }
    }

    /**
     * A process name cannot be taken for &lt;unknown&gt; or for a socket name, because quotes and brackets are escaped.
     */
    private void appendClient(Text out) {
        byte[] comm = comm();
        if (socketName != null) {
            socketName.append(out);
        } else if (comm.length > 0) {
            Escaper.bracketed(out, comm, comm.length);
        } else {
            out.add("<unknown>");
        }
        out.add(" uid ");
        if (uid == UNKNOWN_UID) {
            out.add("unknown");
        } else {
            out.add(Integer.toUnsignedLong(uid));
        }
    }

    /** Writes the parts that are known. */
    public void write(Fields out) throws IOException {
        if (isUnix(family)) {
            writeClient(out);
        } else {
            host().writeHost(out);
        }
    }

    private void writeClient(Fields out) throws IOException {
        byte[] comm = comm();
        if (socketName != null) {
            socketName.write(out);
        } else if (comm.length > 0) {
            out.string("comm", new String(comm, StandardCharsets.UTF_8));
        }
        if (uid != UNKNOWN_UID) {
            out.number("uid", Integer.toUnsignedLong(uid));
        }
    }
}
