package accept4trace.event;

import accept4trace.event.EventLayout.Socket;
import accept4trace.event.EventLayout.ThreadFlag;
import accept4trace.event.EventLayout.ThreadRecord;
import accept4trace.event.ThreadState.CallSocket;
import accept4trace.event.ThreadState.CpuTimes;
import accept4trace.event.ThreadState.CurrentCall;
import accept4trace.event.ThreadState.State;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/** Decodes the records of a snapshot of threads. The buffer must be in native byte order. */
public final class ThreadDecoder {
    private static final byte[] NO_NAME = {};
    private static final State[] STATES = State.values();

    private ThreadDecoder() {}

    /**
     * Passes the records of the wanted processes to {@code to}.
     *
     * @param length length of the batch, in bytes
     * @param wanted selects process ids
     * @throws IllegalStateException if the last record is not complete, which means that Java and BPF disagree on the
     *     layout
     */
    public static void decode(ByteBuffer batch, int length, IntPredicate wanted, Consumer<ThreadState> to) {
        forEach(batch, length, wanted, (at, size) -> to.accept(record(batch, at)));
    }

    /** Receives the place of a record in the batch, in bytes. */
    public interface Placed {
        void accept(int at, int size);
    }

    /** Like {@link #decode}, but only passes the place of each record. */
    public static void forEach(ByteBuffer batch, int length, IntPredicate wanted, Placed to) {
        if (length % ThreadRecord.BYTES != 0) {
            throw new IllegalStateException(length + " bytes of thread records of " + ThreadRecord.BYTES);
        }
        for (int at = 0; at < length; at += ThreadRecord.BYTES) {
            if (wanted.test(batch.getInt(at + ThreadRecord.TGID))) {
                to.accept(at, ThreadRecord.BYTES);
            }
        }
    }

    private static ThreadState record(ByteBuffer batch, int at) {
        int state = batch.getInt(at + ThreadRecord.STATE);
        long offCpuNs = batch.getLong(at + ThreadRecord.OFF_CPU_NS);
        return new ThreadState(
                batch.getInt(at + ThreadRecord.TGID),
                batch.getInt(at + ThreadRecord.TID),
                RecordText.cString(batch, at + ThreadRecord.COMM, ThreadRecord.COMM_BYTES),
                state < 0 || state >= STATES.length ? State.OTHER : STATES[state],
                offCpuNs == 0 ? -1 : offCpuNs,
                has(batch, at, ThreadFlag.HAS_CPU_TIMES) ? cpuTimes(batch, at) : null,
                has(batch, at, ThreadFlag.HAS_CALL) ? call(batch, at) : null);
    }

    private static boolean has(ByteBuffer batch, int at, int flag) {
        return (batch.getInt(at + ThreadRecord.FLAGS) & flag) != 0;
    }

    private static CpuTimes cpuTimes(ByteBuffer batch, int at) {
        return new CpuTimes(batch.getLong(at + ThreadRecord.ON_CPU_NS), batch.getLong(at + ThreadRecord.RUN_DELAY_NS));
    }

    private static CurrentCall call(ByteBuffer batch, int at) {
        long number = batch.getLong(at + ThreadRecord.NUMBER);
        return new CurrentCall(
                number,
                has(batch, at, ThreadFlag.COMPAT) ? null : BlockingCall.of(number),
                batch.getInt(at + ThreadRecord.ARGUMENTS),
                has(batch, at, ThreadFlag.HAS_SOCKET) ? socket(batch, at) : null);
    }

    private static CallSocket socket(ByteBuffer batch, int at) {
        int socket = at + ThreadRecord.SOCKET;
        int family = Short.toUnsignedInt(batch.getShort(socket + Socket.FAMILY));
        AddressFamily addresses = AddressFamily.of(family);
        KernelSocket known = new KernelSocket(
                batch.getLong(socket + Socket.INODE),
                new Protocol(
                        family,
                        Short.toUnsignedInt(batch.getShort(socket + Socket.TYPE)),
                        Short.toUnsignedInt(batch.getShort(socket + Socket.PROTOCOL)),
                        addresses == AddressFamily.UNIX ? "UNIX" : ""),
                batch.get(socket + Socket.STATE),
                addresses.read(batch, socket + Socket.LOCAL, NO_NAME),
                addresses.read(batch, at + ThreadRecord.PEER, NO_NAME),
                0);
        return new CallSocket(
                known,
                has(batch, at, ThreadFlag.HAS_RECEIVED) ? batch.getLong(at + ThreadRecord.RECEIVED) : -1,
                peer(batch, at));
    }

    private static @Nullable PeerTask peer(ByteBuffer batch, int at) {
        int pid = batch.getInt(at + ThreadRecord.PEER_PID);
        return pid == 0
                ? null
                : new PeerTask(
                        pid, -1, RecordText.cString(batch, at + ThreadRecord.PEER_COMM, ThreadRecord.PEER_COMM_BYTES));
    }
}
