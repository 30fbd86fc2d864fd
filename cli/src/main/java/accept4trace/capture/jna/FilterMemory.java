package accept4trace.capture.jna;

import accept4trace.capture.CallFilter;
import accept4trace.capture.NativeLayout.Comm;
import accept4trace.capture.NativeLayout.Filter;
import accept4trace.capture.NativeLayout.FilterBit;
import accept4trace.capture.NativeLayout.Network;
import accept4trace.capture.NativeLayout.Ports;
import accept4trace.capture.NativeLayout.UnixName;
import com.sun.jna.Memory;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes a {@code struct a4t_filter} into zeroed memory. */
final class FilterMemory {
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
        number(Filter.UID, FilterBit.UID, filter.caller().uid());
        number(Filter.NETNS, FilterBit.NETNS, filter.listener().netns());
        number(Filter.FAMILY, FilterBit.FAMILY, filter.listener().family());
        number(Filter.STATUS, FilterBit.STATUS, filter.statuses().isEmpty() ? null : statusBits(filter));
        memory.setInt(at + Filter.CALLS, callBits(filter));
        comms(filter.caller().comms());
        fds(filter.listener().fds());
        if (filter.caller().cgroup() != null) {
            set(FilterBit.CGROUP);
        }
        memory.setLong(at + Filter.MIN_DURATION_NS, filter.minDurationNs());
        memory.setLong(at + Filter.MIN_WAIT_NS, filter.minWaitNs());
        ports(filter.listener().ports());
        networks(Filter.LISTENER_COUNT, Filter.LISTENERS, filter.listener().addresses());
        names(filter.listener().names());
        networks(Filter.PEER_COUNT, Filter.PEERS, filter.peers());
    }

    private void set(int bit) {
        memory.setInt(at + Filter.SET, memory.getInt(at + Filter.SET) | bit);
    }

    private void number(int field, int bit, @Nullable Number value) {
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

    /** Truncates the names as the kernel does. */
    private void comms(List<String> comms) {
        memory.setInt(at + Filter.COMM_COUNT, comms.size());
        for (int i = 0; i < comms.size(); i++) {
            long to = at + Filter.COMMS + (long) Comm.BYTES * i;
            byte[] comm = comms.get(i).getBytes(StandardCharsets.ISO_8859_1);
            int length = Math.min(comm.length, Comm.NAME_BYTES - 1);
            memory.write(to + Comm.NAME, comm, 0, length);
            memory.setMemory(to + Comm.MASK, length + 1, (byte) 0xff);
        }
    }

    private void fds(List<Integer> fds) {
        memory.setInt(at + Filter.FD_COUNT, fds.size());
        for (int i = 0; i < fds.size(); i++) {
            memory.setInt(at + Filter.FDS + (long) Integer.BYTES * i, fds.get(i));
        }
    }

    private void ports(List<CallFilter.Ports> ports) {
        memory.setInt(at + Filter.PORT_COUNT, ports.size());
        for (int i = 0; i < ports.size(); i++) {
            long to = at + Filter.PORTS + (long) Ports.BYTES * i;
            memory.setShort(to + Ports.FIRST, (short) ports.get(i).first());
            memory.setShort(to + Ports.LAST, (short) ports.get(i).last());
        }
    }

    private void names(List<String> names) {
        memory.setInt(at + Filter.NAME_COUNT, names.size());
        for (int i = 0; i < names.size(); i++) {
            byte[] name = names.get(i).getBytes(StandardCharsets.ISO_8859_1);
            memory.write(at + Filter.NAMES + (long) UnixName.BYTES * i + UnixName.NAME, name, 0, name.length);
        }
    }

    private void networks(int count, int field, List<CallFilter.Network> networks) {
        memory.setInt(at + count, networks.size());
        for (int i = 0; i < networks.size(); i++) {
            network(at + field + i * Network.BYTES, networks.get(i));
        }
    }

    private void network(int to, CallFilter.Network network) {
        for (int i = 0; i < network.address().length; i++) {
            int bits = Math.max(0, Math.min(8, network.prefix() - 8 * i));
            byte mask = (byte) (0xff00 >> bits);
            memory.setByte(to + Network.ADDR + i, (byte) (network.address()[i] & mask));
            memory.setByte(to + Network.MASK + i, mask);
        }
        memory.setInt(to + Network.PORT, network.port());
    }
}
