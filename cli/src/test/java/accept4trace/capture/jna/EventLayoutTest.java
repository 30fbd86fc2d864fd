package accept4trace.capture.jna;

import static accept4trace.event.EventLayout.*;
import static org.junit.jupiter.api.Assertions.assertEquals;

import accept4trace.capture.CallFilter;
import accept4trace.event.EventLayout;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** The reader's offsets against those that the C compiler gave the library, field by field. */
class EventLayoutTest {
    private final Map<String, String> expected = new TreeMap<>();

    @Test
    void everyFieldStandsWhereTheLibraryPutsIt() throws Exception {
        scalarFields();
        socket("head.listener", LISTENER);
        socket("head.accepted", ACCEPTED);
        endpoint("head.peer", PEER);
        field("head.user_addr", SHORT_RECORD - USER_ADDR, USER_ADDR);
        field("user_addr_more", LOCAL_NAME - SHORT_RECORD, SHORT_RECORD);
        field("local_name", PEER_NAME - LOCAL_NAME, LOCAL_NAME);
        field("peer_name", LONG_RECORD - PEER_NAME, PEER_NAME);
        field("stack.len", 4, STACK_LEN);
        field("stack.registers", STACK_MEMORY - STACK_REGISTERS, STACK_REGISTERS);
        field("stack.memory", RECORD_WITH_STACK - STACK_MEMORY, STACK_MEMORY);

        assertEquals(expected, compiled(NativeTracer.load().eventLayout()));
    }

    @Test
    void filtersToo() throws Exception {
        field("set", 4, FilterMemory.SET);
        field("fd", 4, FilterMemory.FD);
        field("uid", 4, FilterMemory.UID);
        field("netns", 4, FilterMemory.NETNS);
        field("family", 4, FilterMemory.FAMILY);
        field("status", 4, FilterMemory.STATUS);
        field("calls", 4, FilterMemory.CALLS);
        field("min_duration_ns", 8, FilterMemory.MIN_DURATION_NS);
        field("min_wait_ns", 8, FilterMemory.MIN_WAIT_NS);
        field("comm", FilterMemory.COMM_LEN, FilterMemory.COMM);
        field("port_count", 4, FilterMemory.PORT_COUNT);
        field("listener_count", 4, FilterMemory.LISTENER_COUNT);
        field("peer_count", 4, FilterMemory.PEER_COUNT);
        field("any", 4, FilterMemory.ANY);
        field("ports", 4 * CallFilter.MOST, FilterMemory.PORTS);
        field("listeners", FilterMemory.PEERS - FilterMemory.LISTENERS, FilterMemory.LISTENERS);
        field("peers", FilterMemory.SIZE - FilterMemory.PEERS, FilterMemory.PEERS);
        assertEquals(expected, compiled(NativeTracer.load().filterLayout()));
    }

    private static Map<String, String> compiled(String layout) {
        Map<String, String> fields = new TreeMap<>();
        for (String line : layout.split("\n")) {
            int end = line.indexOf(' ');
            fields.put(line.substring(0, end), line.substring(end + 1));
        }
        return fields;
    }

    private void scalarFields() {
        field("head.size", 2, SIZE);
        field("head.type", 2, TYPE);
        field("head.flags", 4, FLAGS);
        field("head.enter_ns", 8, ENTER_NS);
        field("head.exit_ns", 8, EXIT_NS);
        field("head.ret", 8, RET);
        field("head.addr_ptr", 8, ADDR_PTR);
        field("head.addrlen_ptr", 8, ADDRLEN_PTR);
        field("head.fd", 4, FD);
        field("head.sock_flags", 4, SOCK_FLAGS);
        field("head.tgid", 4, TGID);
        field("head.tid", 4, TID);
        field("head.uid", 4, UID);
        field("head.addrlen_in", 4, ADDRLEN_IN);
        field("head.addrlen_out", 4, ADDRLEN_OUT);
        field("head.user_addr_len", 4, USER_ADDR_LEN);
        field("head.queue_len", 4, QUEUE_LEN);
        field("head.queue_max", 4, QUEUE_MAX);
        field("head.drops", 4, DROPS);
        field("head.netns", 4, NETNS);
        field("head.syscall", 2, SYSCALL);
        field("head.via", 2, VIA);
        field("head.ready", 4, READY);
        field("head.cgroup", 8, CGROUP);
        field("head.accepted_ns", 8, ACCEPTED_NS);
        field("head.wait_ns", 8, WAIT_NS);
        field("head.peer_inode", 8, PEER_INODE);
        field("head.peer_pid", 4, PEER_PID);
        field("head.peer_uid", 4, PEER_UID);
        field("head.peer_comm", COMM_LEN, PEER_COMM);
        field("head.thread_comm", COMM_LEN, THREAD_COMM);
        field("head.process_comm", COMM_LEN, PROCESS_COMM);
        field("head.protocol", PROTOCOL_LEN, PROTOCOL_NAME);
        field("head.arguments", Long.BYTES * ARGUMENT_COUNT, ARGUMENTS);
    }

    private void socket(String name, int at) {
        field(name + ".inode", 8, at + EventLayout.Socket.INODE);
        field(name + ".family", 2, at + EventLayout.Socket.FAMILY);
        field(name + ".type", 2, at + EventLayout.Socket.TYPE);
        field(name + ".protocol", 2, at + EventLayout.Socket.PROTOCOL);
        field(name + ".state", 1, at + EventLayout.Socket.STATE);
        endpoint(name + ".local", at + EventLayout.Socket.LOCAL);
    }

    private void endpoint(String name, int at) {
        field(name + ".addr", 16, at + End.ADDR);
        field(name + ".scope_id", 4, at + End.SCOPE_ID);
        field(name + ".port", 2, at + End.PORT);
        field(name + ".name_len", 2, at + End.NAME_LEN);
    }

    private void field(String name, int bytes, int offset) {
        expected.put(name, bytes + " " + offset);
    }
}
