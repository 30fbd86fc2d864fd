package accept4trace.queue;

import accept4trace.capture.CallFilter;
import accept4trace.capture.CallFilter.ListenerFilter;
import accept4trace.capture.CallFilter.Network;
import accept4trace.event.Endpoint;
import accept4trace.event.Endpoint.Ip;
import accept4trace.event.Endpoint.Unix;
import accept4trace.event.HeldListener;
import accept4trace.event.ListenerHolder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;

/**
 * Which accept queues to show.
 *
 * @param holders selects processes; at least one of them must hold the socket
 * @param listener selects sockets
 * @param minWaitNs time that at least one connection must have waited; negative = any queue, even an empty one
 * @param peers selects connections, and sockets on which such a connection waits. If empty, selects all connections and
 *     all sockets, even those on which none waits
 */
public record QueueSelection(
        Predicate<ListenerHolder> holders, ListenerFilter listener, long minWaitNs, List<Network> peers) {
    private static final int MAPPED_PREFIX_BYTES = 12;
    private static final int MAX_COMM = 15;

    /** Returns the selection of all queues. */
    public static QueueSelection all() {
        return new QueueSelection(holder -> true, CallFilter.NONE.listener(), -1, List.of());
    }

    /** Returns whether a process that holds the socket is selected. */
    public boolean selects(ListenerHolder holder) {
        return listener.selectsFd(holder.fd()) && holders.test(holder);
    }

    /** Returns whether a socket is selected, provided that a selected process holds it. */
    public boolean selects(HeldListener record) {
        Integer family = listener.family();
        Long netns = listener.netns();
        return (family == null || family == record.socket().protocol().family())
                && (netns == null || netns == record.netns())
                && selectsAddress(record.socket().local());
    }

    /** Returns whether the local address and port of a listener are wanted. */
    public boolean selectsAddress(Endpoint local) {
        return (listener.ports().isEmpty()
                        || (local instanceof Ip ip
                                && listener.ports().stream().anyMatch(ports -> ports.contains(ip.port()))))
                && ((listener.addresses().isEmpty() && listener.names().isEmpty())
                        || isIn(listener.addresses(), local)
                        || isNamed(listener.names(), local));
    }

    /** Returns whether a peer is one of the wanted ones. */
    public boolean selectsPeer(Endpoint peer) {
        return isIn(peers, peer);
    }

    /** Returns the raw bytes of a filter's names. Truncates the names as the kernel does with thread names. */
    public static List<byte[]> comms(List<String> texts) {
        return texts.stream()
                .map(text -> text.getBytes(StandardCharsets.ISO_8859_1))
                .map(comm -> comm.length <= MAX_COMM ? comm : Arrays.copyOf(comm, MAX_COMM))
                .toList();
    }

    /** Returns whether a name is one of {@code comms}. */
    public static boolean isIn(List<byte[]> comms, byte[] comm) {
        return comms.stream().anyMatch(wanted -> Arrays.equals(wanted, comm));
    }

    boolean selects(ListenerQueue queue) {
        return queue.oldestNs() >= minWaitNs
                && (peers.isEmpty() || !queue.longest().isEmpty());
    }

    /** Returns the record with only the connections of selected peers. */
    HeldListener withSelectedPeers(HeldListener record) {
        return peers.isEmpty()
                ? record
                : new HeldListener(
                        record.socket(),
                        record.netns(),
                        record.holder(),
                        record.lengths(),
                        record.longest().stream()
                                .filter(connection -> selectsPeer(connection.peer()))
                                .toList(),
                        record.takenNs());
    }

    /** NUL bytes at the end of a name are ignored, as in is_wanted_name() of bpf/filter.bpf.h. */
    private static boolean isNamed(List<String> names, Endpoint end) {
        return end instanceof Unix unix
                && unix.isBound()
                && names.stream().anyMatch(name -> isSame(unix.name(), name.getBytes(StandardCharsets.ISO_8859_1)));
    }

    private static boolean isSame(byte[] name, byte[] other) {
        int bytes = Math.max(name.length, other.length);
        return Arrays.equals(Arrays.copyOf(name, bytes), Arrays.copyOf(other, bytes));
    }

    private static boolean isIn(List<Network> networks, Endpoint end) {
        return end instanceof Ip ip && networks.stream().anyMatch(network -> contains(network, ip));
    }

    private static boolean contains(Network network, Ip ip) {
        if (network.port() != 0 && network.port() != ip.port()) {
            return false;
        }
        byte[] address = mapped(ip.address());
        for (int bit = 0; bit < network.prefix(); bit++) {
            int mask = 0x80 >> bit % 8;
            if (((address[bit / 8] ^ network.address()[bit / 8]) & mask) != 0) {
                return false;
            }
        }
        return true;
    }

    /** Returns an IPv4 address as an IPv4-mapped IPv6 address. */
    private static byte[] mapped(byte[] address) {
        if (address.length == 16) {
            return address;
        }
        byte[] mapped = new byte[16];
        mapped[10] = (byte) 0xff;
        mapped[11] = (byte) 0xff;
        System.arraycopy(address, 0, mapped, MAPPED_PREFIX_BYTES, address.length);
        return mapped;
    }
}
