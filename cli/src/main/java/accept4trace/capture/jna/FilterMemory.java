package accept4trace.capture.jna;

import accept4trace.capture.CallFilter;
import com.sun.jna.Memory;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** struct a4t_filter of bpf/filter.h, within a larger piece of memory that is zero there. */
final class FilterMemory {
    static final int SET = 0;
    static final int FD = 4;
    static final int UID = 8;
    static final int NETNS = 12;
    static final int FAMILY = 16;
    static final int STATUS = 20;
    static final int CALLS = 24;
    static final int MIN_DURATION_NS = 32;
    static final int MIN_WAIT_NS = 40;
    static final int COMM = 48;
    static final int COMM_LEN = 16;
    static final int PORT_COUNT = 64;
    static final int LISTENER_COUNT = 68;
    static final int PEER_COUNT = 72;
    static final int ANY = 76;
    static final int PORTS = 80;
    static final int LISTENERS = 144;
    static final int PEERS = 784;
    static final int SIZE = 1424;

    /** struct a4t_network. */
    private static final int NETWORK_MASK = 16;

    private static final int NETWORK_PORT = 32;
    private static final int NETWORK_SIZE = 40;

    /** enum a4t_filter_bit. */
    private static final int FD_SET = 1;

    private static final int UID_SET = 1 << 1;
    private static final int COMM_SET = 1 << 2;
    private static final int CGROUP_SET = 1 << 3;
    private static final int NETNS_SET = 1 << 4;
    private static final int FAMILY_SET = 1 << 5;
    private static final int STATUS_SET = 1 << 6;

    private final Memory memory;
    private final int at;

    private FilterMemory(Memory memory, int at) {
        this.memory = memory;
        this.at = at;
    }

    static void write(CallFilter filter, Memory memory, int at) {
        new FilterMemory(memory, at).write(filter);
    }

    private void write(CallFilter filter) {
        number(FD, FD_SET, filter.fd());
        number(UID, UID_SET, filter.uid());
        number(NETNS, NETNS_SET, filter.netns());
        number(FAMILY, FAMILY_SET, filter.family());
        number(STATUS, STATUS_SET, filter.statuses().isEmpty() ? null : statusBits(filter));
        memory.setInt(at + CALLS, callBits(filter));
        if (filter.comm() != null) {
            set(COMM_SET);
            byte[] comm = filter.comm().getBytes(StandardCharsets.ISO_8859_1);
            memory.write(at + COMM, comm, 0, Math.min(comm.length, COMM_LEN - 1));
        }
        if (filter.cgroup() != null) {
            set(CGROUP_SET);
        }
        memory.setLong(at + MIN_DURATION_NS, filter.minDurationNs());
        memory.setLong(at + MIN_WAIT_NS, filter.minWaitNs());
        ports(filter.ports());
        networks(LISTENER_COUNT, LISTENERS, filter.listeners());
        networks(PEER_COUNT, PEERS, filter.peers());
    }

    private void set(int bit) {
        memory.setInt(at + SET, memory.getInt(at + SET) | bit);
    }

    private void number(int field, int bit, Number value) {
        if (value != null) {
            set(bit);
            memory.setInt(at + field, value.intValue());
        }
    }

    private static int callBits(CallFilter filter) {
        int bits = 0;
        for (CallFilter.Call call : filter.calls()) {
            bits |= call.bit();
        }
        return bits;
    }

    private static int statusBits(CallFilter filter) {
        int bits = 0;
        for (CallFilter.Status status : filter.statuses()) {
            bits |= status.bit();
        }
        return bits;
    }

    private void ports(List<Integer> ports) {
        memory.setInt(at + PORT_COUNT, ports.size());
        for (int i = 0; i < ports.size(); i++) {
            memory.setInt(at + PORTS + 4L * i, ports.get(i));
        }
    }

    private void networks(int count, int field, List<CallFilter.Network> networks) {
        memory.setInt(at + count, networks.size());
        for (int i = 0; i < networks.size(); i++) {
            network(at + field + i * NETWORK_SIZE, networks.get(i));
        }
    }

    private void network(int to, CallFilter.Network network) {
        for (int i = 0; i < network.address().length; i++) {
            int bits = Math.max(0, Math.min(8, network.prefix() - 8 * i));
            byte mask = (byte) (0xff00 >> bits);
            memory.setByte(to + i, (byte) (network.address()[i] & mask));
            memory.setByte(to + NETWORK_MASK + i, mask);
        }
        memory.setInt(to + NETWORK_PORT, network.port());
    }
}
