package accept4trace.event;

import static accept4trace.event.EventLayout.*;
import static accept4trace.event.EventLayout.Event.*;
import static accept4trace.event.EventLayout.Flag.*;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Builds event records like those of the kernel. */
public final class RecordBuilder {
    private static final int TCP = 6;
    private static final int STREAM = 1;
    private static final int LISTEN = 10;
    private static final int ESTABLISHED = 1;

    private final ByteBuffer bytes = ByteBuffer.allocate(EventWithStack.BYTES).order(ByteOrder.nativeOrder());

    /** Begins with a call by thread 1235 "worker" of process 1234 "nginx" on fd 6, which took 12 µs. */
    public RecordBuilder() {
        bytes.putShort(SIZE, (short) Event.BYTES).putShort(TYPE, (short) Type.ACCEPT4);
        bytes.putLong(ENTER_NS, 1_000_000_000L).putLong(EXIT_NS, 1_000_012_345L);
        bytes.putInt(FD, 6).putInt(TGID, 1234).putInt(TID, 1235).putInt(UID, 33);
        threadComm("worker");
        bytes.put(PROCESS_COMM, "nginx".getBytes(StandardCharsets.US_ASCII));
    }

    /** Returns the record without unused bytes. The position of the buffer is 0. */
    public ByteBuffer build() {
        return ByteBuffer.allocate(length())
                .order(ByteOrder.nativeOrder())
                .put(bytes.array(), 0, length())
                .rewind();
    }

    public int length() {
        return bytes.getShort(SIZE);
    }

    public AcceptCall decode() {
        return decode(new EventDecoder());
    }

    /** Decodes with a decoder that may have decoded other records before. */
    public AcceptCall decode(EventDecoder decoder) {
        return decoder.accept(build(), 0);
    }

    /** Makes this the record of the end of a process instead of a call. */
    public RecordBuilder processExit(int waitStatus) {
        bytes.putShort(TYPE, (short) Type.EXIT);
        return ret(waitStatus);
    }

    /** Makes this the record of a related call. {@code syscall} is its number in enum a4t_syscall. */
    public RecordBuilder related(int syscall, long... arguments) {
        bytes.putShort(TYPE, (short) Type.RELATED).putShort(SYSCALL, (short) syscall);
        for (int i = 0; i < arguments.length; i++) {
            bytes.putLong(ARGUMENTS + Long.BYTES * i, arguments[i]);
        }
        return this;
    }

    /** Makes this the record of the end of the listener. */
    public RecordBuilder closed(int reset, int migrated, int halfOpen, boolean byExit) {
        int at = CLOSING;
        bytes.putShort(TYPE, (short) Type.CLOSED);
        bytes.putInt(at + EventLayout.Closing.RESET, reset).putInt(at + EventLayout.Closing.MIGRATED, migrated);
        bytes.putInt(at + EventLayout.Closing.HALF_OPEN, halfOpen);
        bytes.putInt(at + EventLayout.Closing.BY_EXIT, byExit ? 1 : 0);
        return left(0);
    }

    /** Sets how many clients had closed their end before the listener was closed. */
    public RecordBuilder left(int clients) {
        bytes.putInt(CLOSING + EventLayout.Closing.LEFT, clients);
        return this;
    }

    public accept4trace.event.Closing decodeClosing() {
        return new EventDecoder().closing(build(), 0);
    }

    /** Makes this the record of a client that reset its connection before the accept. */
    public RecordBuilder gaveUp() {
        bytes.putShort(TYPE, (short) Type.GAVE_UP);
        return this;
    }

    public GivenUp decodeGivenUp() {
        return new EventDecoder().givenUp(build(), 0);
    }

    public RecordBuilder ready(int listeners) {
        bytes.putInt(READY, listeners);
        return this;
    }

    public RelatedCall decodeRelated() {
        return new EventDecoder().related(build(), 0);
    }

    public ProcessExit decodeExit() {
        return EventDecoder.decodeExit(build(), 0);
    }

    private RecordBuilder flag(int flag) {
        bytes.putInt(FLAGS, bytes.getInt(FLAGS) | flag);
        return this;
    }

    public RecordBuilder thread(int tid) {
        bytes.putInt(TID, tid);
        return this;
    }

    public RecordBuilder process(int tgid) {
        bytes.putInt(TGID, tgid);
        return this;
    }

    public RecordBuilder threadComm(String comm) {
        bytes.put(THREAD_COMM, new byte[THREAD_COMM_BYTES]);
        bytes.put(THREAD_COMM, comm.getBytes(StandardCharsets.ISO_8859_1));
        return this;
    }

    public RecordBuilder processComm(String comm) {
        bytes.put(PROCESS_COMM, new byte[THREAD_COMM_BYTES]);
        bytes.put(PROCESS_COMM, comm.getBytes(StandardCharsets.ISO_8859_1));
        return this;
    }

    public RecordBuilder arguments(long addr, long addrlen, int flags) {
        bytes.putLong(ADDR_PTR, addr).putLong(ADDRLEN_PTR, addrlen).putInt(SOCK_FLAGS, flags);
        return this;
    }

    public RecordBuilder endedAt(long nanos) {
        bytes.putLong(EXIT_NS, nanos);
        return this;
    }

    /** Sets the system call by its number in enum a4t_syscall. */
    public RecordBuilder syscall(int number) {
        bytes.putShort(SYSCALL, (short) number);
        return this;
    }

    /** Sets the process and thread. */
    public RecordBuilder by(int tgid, int tid) {
        bytes.putInt(TGID, tgid).putInt(TID, tid);
        return this;
    }

    /** Sets how the connection was accepted, by its number in enum a4t_via. */
    public RecordBuilder via(int number) {
        bytes.putShort(VIA, (short) number);
        return this;
    }

    public RecordBuilder beganAt(long nanos) {
        bytes.putLong(ENTER_NS, nanos);
        return this;
    }

    public RecordBuilder fd(int fd) {
        bytes.putInt(FD, fd);
        return this;
    }

    public RecordBuilder ret(long ret) {
        bytes.putLong(RET, ret);
        return this;
    }

    public RecordBuilder enterUnseen() {
        return flag(ENTER_UNSEEN);
    }

    public RecordBuilder enterLost() {
        return flag(ENTER_LOST);
    }

    public RecordBuilder bySeccomp() {
        return flag(BY_SECCOMP);
    }

    public RecordBuilder exitLost() {
        return flag(EXIT_LOST);
    }

    public RecordBuilder killed() {
        return flag(KILLED);
    }

    /** Replaces the inode of the listener, e.g. by that of another member of its SO_REUSEPORT group. */
    public RecordBuilder listenerInode(long inode) {
        bytes.putLong(LISTENER + Socket.INODE, inode);
        return this;
    }

    /** Makes the fd refer to a file that is not a socket. */
    public RecordBuilder file(long inode) {
        bytes.putLong(LISTENER + Socket.INODE, inode);
        return this;
    }

    public RecordBuilder peerTask(int pid, int uid, String comm) {
        bytes.putInt(PEER_PID, pid).putInt(PEER_UID, uid);
        bytes.put(PEER_COMM, comm.getBytes(StandardCharsets.ISO_8859_1));
        return flag(HAS_PEER_TASK);
    }

    public RecordBuilder racy() {
        return flag(PEER_RACY);
    }

    public RecordBuilder addrlenIn(int length) {
        bytes.putInt(ADDRLEN_IN, length);
        return flag(HAS_ADDRLEN_IN);
    }

    public RecordBuilder addrlenOut(int length) {
        bytes.putInt(ADDRLEN_OUT, length);
        return flag(HAS_ADDRLEN_OUT);
    }

    public RecordBuilder userAddress(byte[] address) {
        bytes.putInt(USER_ADDR_LEN, address.length);
        bytes.put(USER_ADDR, address);
        if (address.length > USER_ADDR_BYTES) {
            bytes.putShort(SIZE, (short) LongEvent.BYTES);
        }
        return flag(HAS_USER_ADDR);
    }

    public RecordBuilder acceptedAt(long nanos) {
        bytes.putLong(ACCEPTED_NS, nanos);
        return this;
    }

    public RecordBuilder drops(int drops) {
        bytes.putInt(DROPS, drops);
        return flag(HAS_DROPS);
    }

    public RecordBuilder options(boolean reusePort, boolean passCredentials) {
        return flag((reusePort ? REUSEPORT : 0) | (passCredentials ? PASSCRED : 0));
    }

    /** Adds a stack of this length. Each byte of the stack and of the registers is {@code content}. */
    public RecordBuilder stack(int length, byte content) {
        int size = EventWithStack.STACK + Stack.MEMORY + (length + Long.BYTES - 1) / Long.BYTES * Long.BYTES;
        bytes.putShort(SIZE, (short) Math.min(size, EventWithStack.BYTES))
                .putInt(EventWithStack.STACK + Stack.LEN, length);
        byte[] memory = new byte[Stack.REGISTERS_BYTES + length];
        Arrays.fill(memory, content);
        bytes.put(EventWithStack.STACK + Stack.REGISTERS, memory);
        return this;
    }

    public RecordBuilder surroundings(int netns, long cgroup) {
        bytes.putInt(NETNS, netns).putLong(CGROUP, cgroup);
        return this;
    }

    /** Makes the accepted connection one that the peer has reset. */
    public RecordBuilder reset() {
        bytes.put(ACCEPTED + Socket.STATE, (byte) 7);
        return this;
    }

    public RecordBuilder waited(long nanos) {
        bytes.putLong(WAIT_NS, nanos);
        return flag(HAS_WAIT);
    }

    public RecordBuilder queue(int length, int max) {
        bytes.putInt(QUEUE_LEN, length).putInt(QUEUE_MAX, max);
        return flag(HAS_QUEUE);
    }

    public RecordBuilder somaxconn(int limit) {
        bytes.putInt(SOMAXCONN, limit);
        return flag(HAS_SOMAXCONN);
    }

    public RecordBuilder halfOpen(int handshakes) {
        bytes.putInt(HALF_OPEN, handshakes);
        return flag(HAS_HALF_OPEN);
    }

    /** Gives the listener the option TCP_DEFER_ACCEPT. */
    public RecordBuilder defers() {
        return flag(DEFERS);
    }

    /** Sets how often SYN-ACKs were sent again, and the round-trip time. */
    public RecordBuilder synacks(int again, int rttUs) {
        bytes.putInt(SYNACKS, again).putInt(RTT_US, rttUs);
        return flag(HAS_SYNACKS);
    }

    public RecordBuilder received(int length, int acceptCpu, int receiveCpu) {
        bytes.putInt(RECEIVED, length);
        bytes.putShort(ACCEPT_CPU, (short) acceptCpu).putShort(RECEIVE_CPU, (short) receiveCpu);
        return flag(HAS_RECEIVED);
    }

    public RecordBuilder tcpListener(byte[] address, int port) {
        socket(LISTENER, address.length == 4 ? AddressFamily.INET.number() : AddressFamily.INET6.number(), TCP, LISTEN);
        endpoint(LISTENER + Socket.LOCAL, address, port);
        return flag(HAS_LISTENER);
    }

    public RecordBuilder tcpPeer(byte[] local, int localPort, byte[] peer, int peerPort) {
        socket(
                ACCEPTED,
                local.length == 4 ? AddressFamily.INET.number() : AddressFamily.INET6.number(),
                TCP,
                ESTABLISHED);
        endpoint(ACCEPTED + Socket.LOCAL, local, localPort);
        endpoint(PEER, peer, peerPort);
        return flag(HAS_PEER);
    }

    public RecordBuilder peerScope(int interfaceIndex) {
        bytes.putInt(PEER + End.SCOPE_ID, interfaceIndex);
        return this;
    }

    /** Makes the fd refer to a connected socket instead of a listener. */
    public RecordBuilder listenerConnectedTo(byte[] address, int port) {
        endpoint(PEER, address, port);
        return flag(LISTENER_PEER);
    }

    /** Sets a listener of any family, without a local address. */
    public RecordBuilder listenerOf(int family, int type, int protocol, String protocolName) {
        socket(LISTENER, family, protocol, LISTEN);
        bytes.putShort(LISTENER + Socket.TYPE, (short) type);
        bytes.put(PROTOCOL, protocolName.getBytes(StandardCharsets.US_ASCII));
        return flag(HAS_LISTENER);
    }

    public RecordBuilder vsock(int localCid, int localPort, int peerCid, int peerPort) {
        socket(LISTENER, AddressFamily.VSOCK.number(), 0, LISTEN);
        vsockEnd(LISTENER + Socket.LOCAL, -1, localPort);
        socket(ACCEPTED, AddressFamily.VSOCK.number(), 0, ESTABLISHED);
        vsockEnd(ACCEPTED + Socket.LOCAL, localCid, localPort);
        vsockEnd(PEER, peerCid, peerPort);
        return flag(HAS_LISTENER | HAS_PEER);
    }

    private void vsockEnd(int at, int cid, int port) {
        bytes.putInt(at + VSOCK_CID, cid).putInt(at + VSOCK_PORT, port);
    }

    public RecordBuilder unixListener(byte[] name) {
        bytes.put(PROTOCOL, "UNIX-STREAM".getBytes(StandardCharsets.US_ASCII));
        bytes.putShort(SIZE, (short) LongEvent.BYTES);
        socket(LISTENER, AddressFamily.UNIX.number(), 0, LISTEN);
        name(LISTENER + Socket.LOCAL, LongEvent.LOCAL_NAME, name);
        return flag(HAS_LISTENER);
    }

    /** Sets the accepted socket, which has the listener's name, and its peer. */
    public RecordBuilder unixPeer(byte[] listenerName, byte[] peerName, long peerInode) {
        socket(ACCEPTED, AddressFamily.UNIX.number(), 0, ESTABLISHED);
        name(ACCEPTED + Socket.LOCAL, LongEvent.LOCAL_NAME, listenerName);
        name(PEER, LongEvent.PEER_NAME, peerName);
        bytes.putLong(PEER_INODE, peerInode);
        return flag(HAS_PEER);
    }

    /** Sets an accepted socket of a family whose addresses are not decoded. */
    public RecordBuilder accepted(int family) {
        socket(ACCEPTED, family, 0, ESTABLISHED);
        return flag(HAS_PEER);
    }

    private void socket(int at, int family, int protocol, int state) {
        bytes.putLong(at + Socket.INODE, at == LISTENER ? 700 : 800);
        bytes.putShort(at + Socket.FAMILY, (short) family).putShort(at + Socket.TYPE, (short) STREAM);
        bytes.putShort(at + Socket.PROTOCOL, (short) protocol).put(at + Socket.STATE, (byte) state);
    }

    private void endpoint(int at, byte[] address, int port) {
        bytes.put(at + End.ADDR, address);
        bytes.putShort(at + End.PORT, (short) port);
    }

    private void name(int at, int nameAt, byte[] name) {
        bytes.putShort(at + End.NAME_LEN, (short) name.length);
        bytes.put(nameAt, Arrays.copyOf(name, Math.min(name.length, LongEvent.PEER_NAME_BYTES)));
    }
}
