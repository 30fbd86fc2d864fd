package accept4trace.event;

import static accept4trace.event.EventLayout.*;
import static accept4trace.event.EventLayout.Event.*;
import static accept4trace.event.EventLayout.Flag.*;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Decodes records, which must be passed in the order of the batch. The buffer must be in native byte order. */
public final class EventDecoder {
    private static final byte[] NOTHING = {};
    private static final long MICROSECOND_NS = 1000;
    /** The size of a record with an empty stack, in bytes. */
    public static final int EMPTY_STACK = EventWithStack.STACK + Stack.MEMORY;

    private final ListenerHistory history = new ListenerHistory();
    private final LastDecoded threadComm = LastDecoded.name();
    private final LastDecoded processComm = LastDecoded.name();
    private final LastDecoded listener = LastDecoded.listener();

    /**
     * Returns the size of the record at {@code at}, in bytes.
     *
     * @param end length of the batch, in bytes
     * @throws IllegalStateException if the record is not complete, which means that Java and BPF disagree on the layout
     */
    public static int sizeAt(ByteBuffer batch, int at, int end) {
        int size = end - at < EventLayout.Refusal.BYTES ? -1 : Short.toUnsignedInt(batch.getShort(at + SIZE));
        if (!isKnown(size) || size > end - at) {
            throw new IllegalStateException("record of " + size + " bytes with " + (end - at) + " left in the batch");
        }
        return size;
    }

    private static boolean isKnown(int size) {
        return size == Event.BYTES
                || size == LongEvent.BYTES
                || size == EventLayout.Refusal.BYTES
                || size == EventLayout.UnixRefusal.BYTES
                || hasStack(size);
    }

    /** Returns whether a record of this size, in bytes, ends with a stack. */
    public static boolean hasStack(int size) {
        return size >= EMPTY_STACK && size <= EventWithStack.BYTES && size % Long.BYTES == 0;
    }

    /** Decodes an accept or a related call, depending on the type of the record. */
    public Call decode(ByteBuffer batch, int at) {
        return batch.getShort(at + TYPE) == Type.RELATED ? related(batch, at) : accept(batch, at);
    }

    AcceptCall accept(ByteBuffer batch, int at) {
        int flags = batch.getInt(at + FLAGS);
        long inode = batch.getLong(at + LISTENER + Socket.INODE);
        long drops = has(flags, HAS_DROPS) ? history.newDrops(inode, batch.getInt(at + DROPS)) : -1;
        return new AcceptCall(
                syscall(batch, at),
                Via.of(Short.toUnsignedInt(batch.getShort(at + VIA))),
                caller(batch, at),
                span(batch, at, flags),
                arguments(batch, at, flags),
                listener(batch, at, flags, drops),
                connection(batch, at, flags, inode));
    }

    RelatedCall related(ByteBuffer batch, int at) {
        int flags = batch.getInt(at + FLAGS);
        return new RelatedCall(
                syscall(batch, at),
                caller(batch, at),
                span(batch, at, flags),
                arguments(batch, at),
                userAddress(batch, at, flags),
                listener(batch, at, flags, -1),
                batch.getInt(at + READY));
    }

    public Closing closing(ByteBuffer batch, int at) {
        int flags = batch.getInt(at + FLAGS);
        return new Closing(
                caller(batch, at),
                batch.getLong(at + ENTER_NS),
                batch.getLong(at + EXIT_NS),
                listener(batch, at, flags, -1),
                new Closing.Discarded(
                        Integer.toUnsignedLong(batch.getInt(at + CLOSING + EventLayout.Closing.RESET)),
                        Integer.toUnsignedLong(batch.getInt(at + CLOSING + EventLayout.Closing.LEFT)),
                        Integer.toUnsignedLong(batch.getInt(at + CLOSING + EventLayout.Closing.MIGRATED)),
                        Integer.toUnsignedLong(batch.getInt(at + CLOSING + EventLayout.Closing.HALF_OPEN))),
                batch.getInt(at + CLOSING + EventLayout.Closing.BY_EXIT) != 0);
    }

    public GivenUp givenUp(ByteBuffer batch, int at) {
        int flags = batch.getInt(at + FLAGS);
        return new GivenUp(
                batch.getLong(at + EXIT_NS),
                listener(batch, at, flags, -1),
                socket(batch, at, ACCEPTED, true),
                has(flags, HAS_WAIT) ? batch.getLong(at + WAIT_NS) : -1);
    }

    private static SystemCall syscall(ByteBuffer batch, int at) {
        return SystemCall.of(Short.toUnsignedInt(batch.getShort(at + SYSCALL)));
    }

    private Caller caller(ByteBuffer batch, int at) {
        return new Caller(
                batch.getInt(at + TGID),
                batch.getInt(at + TID),
                batch.getInt(at + UID),
                nameAt(threadComm, batch, at + THREAD_COMM),
                nameAt(processComm, batch, at + PROCESS_COMM),
                batch.getLong(at + CGROUP),
                stack(batch, at));
    }

    private static @Nullable UserStack stack(ByteBuffer batch, int at) {
        int size = Short.toUnsignedInt(batch.getShort(at + SIZE));
        if (!hasStack(size)) {
            return null;
        }
        int stack = at + EventWithStack.STACK;
        int length = within(batch.getInt(stack + Stack.LEN), size - EMPTY_STACK);
        return new UserStack(RecordText.bytes(batch, stack, Stack.MEMORY + length));
    }

    /** Clamps the result, because seccomp can return an errno that does not fit into an int. */
    private static Span span(ByteBuffer batch, int at, int flags) {
        return new Span(
                batch.getLong(at + ENTER_NS),
                beginning(flags),
                batch.getLong(at + EXIT_NS),
                ending(flags),
                Math.max(batch.getLong(at + RET), -Integer.MAX_VALUE));
    }

    private static AcceptArguments arguments(ByteBuffer batch, int at, int flags) {
        return new AcceptArguments(
                batch.getLong(at + ADDR_PTR),
                batch.getLong(at + ADDRLEN_PTR),
                has(flags, HAS_ADDRLEN_IN) ? Integer.valueOf(batch.getInt(at + ADDRLEN_IN)) : null,
                has(flags, HAS_ADDRLEN_OUT) ? Integer.valueOf(batch.getInt(at + ADDRLEN_OUT)) : null,
                userAddress(batch, at, flags),
                batch.getInt(at + SOCK_FLAGS));
    }

    private ListenerFd listener(ByteBuffer batch, int at, int flags, long drops) {
        boolean isSocket = has(flags, HAS_LISTENER);
        return new ListenerFd(
                batch.getInt(at + FD),
                isSocket ? listeningSocket(batch, at, flags) : null,
                isSocket ? 0 : batch.getLong(at + LISTENER + Socket.INODE),
                Integer.toUnsignedLong(batch.getInt(at + NETNS)),
                has(flags, REUSEPORT),
                has(flags, PASSCRED),
                new Backlog(
                        has(flags, HAS_QUEUE) ? Integer.toUnsignedLong(batch.getInt(at + QUEUE_LEN)) : -1,
                        Integer.toUnsignedLong(batch.getInt(at + QUEUE_MAX)),
                        drops,
                        has(flags, HAS_SOMAXCONN) ? Integer.toUnsignedLong(batch.getInt(at + SOMAXCONN)) : -1,
                        has(flags, HAS_HALF_OPEN) ? Integer.toUnsignedLong(batch.getInt(at + HALF_OPEN)) : -1,
                        has(flags, DEFERS)));
    }

    private Connection connection(ByteBuffer batch, int at, int flags, long listener) {
        boolean hasPeer = has(flags, HAS_PEER);
        long acceptedNs = batch.getLong(at + ACCEPTED_NS);
        long waitNs = has(flags, HAS_WAIT) ? batch.getLong(at + WAIT_NS) : -1;
        return new Connection(
                hasPeer ? socket(batch, at, ACCEPTED, true) : null,
                has(flags, PEER_RACY),
                has(flags, HAS_PEER_TASK) ? peerTask(batch, at) : null,
                acceptedNs,
                waitNs,
                hasPeer ? history.ahead(listener, acceptedNs, waitNs) : -1,
                handshake(batch, at, flags));
    }

    private static Handshake handshake(ByteBuffer batch, int at, int flags) {
        if (!has(flags, HAS_RECEIVED | HAS_SYNACKS)) {
            return Handshake.UNKNOWN;
        }
        boolean received = has(flags, HAS_RECEIVED);
        long rttUs = Integer.toUnsignedLong(batch.getInt(at + RTT_US));
        return new Handshake(
                has(flags, HAS_SYNACKS) ? Integer.toUnsignedLong(batch.getInt(at + SYNACKS)) : -1,
                rttUs == 0 ? -1 : rttUs * MICROSECOND_NS,
                received ? Integer.toUnsignedLong(batch.getInt(at + RECEIVED)) : -1,
                Short.toUnsignedInt(batch.getShort(at + ACCEPT_CPU)),
                Short.toUnsignedInt(batch.getShort(at + RECEIVE_CPU)));
    }

    private static byte[] nameAt(LastDecoded last, ByteBuffer batch, int at) {
        Object name = last.of(batch, at);
        if (name == null) {
            name = RecordText.cString(batch, at, THREAD_COMM_BYTES);
            last.keep(batch, at, name);
        }
        return (byte[]) name;
    }

    /**
     * Reuses the last socket if possible. Only IP sockets without a peer qualify, because the cache compares neither
     * names nor peers.
     */
    private KernelSocket listeningSocket(ByteBuffer batch, int at, int flags) {
        if (has(flags, LISTENER_PEER) || !family(batch, at + LISTENER).isIp()) {
            return socket(batch, at, LISTENER, has(flags, LISTENER_PEER));
        }
        Object socket = listener.of(batch, at + LISTENER);
        if (socket == null) {
            socket = socket(batch, at, LISTENER, false);
            listener.keep(batch, at + LISTENER, socket);
        }
        return (KernelSocket) socket;
    }

    private static byte @Nullable [] userAddress(ByteBuffer batch, int at, int flags) {
        int room = isShort(batch, at) ? USER_ADDR_BYTES : USER_ADDR_BYTES + LongEvent.USER_ADDR_MORE_BYTES;
        return has(flags, HAS_USER_ADDR)
                ? RecordText.bytes(batch, at + USER_ADDR, within(batch.getInt(at + USER_ADDR_LEN), room))
                : null;
    }

    private static long[] arguments(ByteBuffer batch, int at) {
        long[] values = new long[ARGUMENT_COUNT];
        for (int i = 0; i < values.length; i++) {
            values[i] = batch.getLong(at + ARGUMENTS + i * Long.BYTES);
        }
        return values;
    }

    private static Beginning beginning(int flags) {
        if (has(flags, ENTER_UNSEEN)) {
            return Beginning.BEFORE_TRACING;
        }
        if (has(flags, ENTER_LOST)) {
            return Beginning.LOST;
        }
        return has(flags, BY_SECCOMP) ? Beginning.BY_SECCOMP : Beginning.SEEN;
    }

    private static Ending ending(int flags) {
        if (has(flags, EXIT_LOST)) {
            return Ending.MISSED;
        }
        return has(flags, KILLED) ? Ending.KILLED : Ending.RETURNED;
    }

    public static TurnedAway decodeTurnedAway(ByteBuffer batch, int at) {
        return new TurnedAway(
                batch.getLong(at + LISTENER + Socket.INODE),
                batch.getLong(at + ACCEPTED_NS),
                batch.getLong(at + EXIT_NS),
                Integer.toUnsignedLong(batch.getInt(at + RECEIVED)));
    }

    public static ProcessExit decodeExit(ByteBuffer batch, int at) {
        return new ProcessExit(
                batch.getInt(at + TGID),
                RecordText.cString(batch, at + PROCESS_COMM, PROCESS_COMM_BYTES),
                batch.getLong(at + EXIT_NS),
                (int) batch.getLong(at + RET));
    }

    private static boolean isShort(ByteBuffer batch, int at) {
        return batch.getShort(at + SIZE) == Event.BYTES;
    }

    /** Returns {@code length}, or {@code room} if that is less. Negative lengths count as too large. */
    private static int within(int length, int room) {
        return Integer.compareUnsigned(length, room) > 0 ? room : length;
    }

    private static boolean has(int flags, int flag) {
        return (flags & flag) != 0;
    }

    private static PeerTask peerTask(ByteBuffer batch, int at) {
        return new PeerTask(
                batch.getInt(at + PEER_PID),
                batch.getInt(at + PEER_UID),
                RecordText.cString(batch, at + PEER_COMM, PEER_COMM_BYTES));
    }

    /**
     * Decodes a socket.
     *
     * @param field LISTENER or ACCEPTED
     * @param connected whether the peer in the record is the other end of this socket
     */
    private static KernelSocket socket(ByteBuffer batch, int record, int field, boolean connected) {
        int at = record + field;
        AddressFamily family = family(batch, at);
        byte[] name = unixName(batch, record, at + Socket.LOCAL, LongEvent.LOCAL_NAME);
        return new KernelSocket(
                batch.getLong(at + Socket.INODE),
                protocol(batch, record, at),
                batch.get(at + Socket.STATE),
                family.read(batch, at + Socket.LOCAL, name),
                connected
                        ? family.read(batch, record + PEER, unixName(batch, record, record + PEER, LongEvent.PEER_NAME))
                        : null,
                connected ? batch.getLong(record + PEER_INODE) : 0);
    }

    private static AddressFamily family(ByteBuffer batch, int socket) {
        return AddressFamily.of(Short.toUnsignedInt(batch.getShort(socket + Socket.FAMILY)));
    }

    private static Protocol protocol(ByteBuffer batch, int record, int socket) {
        return new Protocol(
                Short.toUnsignedInt(batch.getShort(socket + Socket.FAMILY)),
                Short.toUnsignedInt(batch.getShort(socket + Socket.TYPE)),
                Short.toUnsignedInt(batch.getShort(socket + Socket.PROTOCOL)),
                family(batch, socket).isIp() ? "" : protocolName(batch, record));
    }

    private static String protocolName(ByteBuffer batch, int record) {
        return new String(RecordText.cString(batch, record + PROTOCOL, PROTOCOL_BYTES), StandardCharsets.US_ASCII);
    }

    /** Returns the name; empty in short records. */
    private static byte[] unixName(ByteBuffer batch, int record, int endpoint, int name) {
        return isShort(batch, record) ? NOTHING : RecordText.unixName(batch, endpoint, record + name);
    }
}
