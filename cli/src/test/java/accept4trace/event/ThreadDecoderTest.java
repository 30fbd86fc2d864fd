package accept4trace.event;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import accept4trace.event.Endpoint.Ip;
import accept4trace.event.EventLayout.End;
import accept4trace.event.EventLayout.Socket;
import accept4trace.event.EventLayout.ThreadFlag;
import accept4trace.event.EventLayout.ThreadRecord;
import accept4trace.event.ThreadState.CallSocket;
import accept4trace.event.ThreadState.CpuTimes;
import accept4trace.event.ThreadState.State;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ThreadDecoderTest {
    private static final int FUTEX = System.getProperty("os.arch").equals("aarch64") ? 98 : 202;
    private static final int CALL = ThreadFlag.HAS_CALL;

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static ByteBuffer record(int tgid, int flags) {
        return ByteBuffer.allocate(ThreadRecord.BYTES)
                .order(ByteOrder.nativeOrder())
                .putInt(ThreadRecord.TGID, tgid)
                .putInt(ThreadRecord.TID, 179)
                .putInt(ThreadRecord.STATE, 2)
                .putInt(ThreadRecord.FLAGS, flags)
                .putLong(ThreadRecord.OFF_CPU_NS, 12)
                .putLong(ThreadRecord.NUMBER, FUTEX)
                .putLong(ThreadRecord.ARGUMENTS, 5)
                .put(ThreadRecord.COMM, bytes("worker"));
    }

    private static List<ThreadState> decoded(ByteBuffer record, int length) {
        List<ThreadState> decoded = new ArrayList<>();
        ThreadDecoder.decode(record, length, tgid -> tgid == 178, decoded::add);
        return decoded;
    }

    private static ThreadState decoded(ByteBuffer record) {
        return decoded(record, record.capacity()).get(0);
    }

    @Test
    void sleepingThread() {
        ThreadState thread = decoded(record(178, CALL));
        assertEquals(List.of(178, 179), List.of(thread.tgid(), thread.tid()));
        assertArrayEquals(bytes("worker"), thread.comm());
        assertEquals(State.ASLEEP, thread.state());
        assertEquals(12, thread.offCpuNs());
        assertNotNull(thread.call());
        assertEquals(BlockingCall.FUTEX, thread.call().known());
        assertEquals(5, thread.call().fd());
        assertNull(thread.call().socket());
    }

    @Test
    void unknownFields() {
        assertNull(decoded(record(178, 0)).call());
        assertEquals(
                -1, decoded(record(178, 0).putLong(ThreadRecord.OFF_CPU_NS, 0)).offCpuNs());
        assertEquals(
                State.OTHER,
                decoded(record(178, 0).putInt(ThreadRecord.STATE, 77)).state());
        assertNull(decoded(record(178, CALL | ThreadFlag.COMPAT)).call().known());
        assertNull(decoded(record(178, CALL).putLong(ThreadRecord.NUMBER, 9999))
                .call()
                .known());
    }

    @Test
    void cpuTimes() {
        assertNull(decoded(record(178, 0)).cpu());
        assertEquals(
                new CpuTimes(7, 0),
                decoded(record(178, ThreadFlag.HAS_CPU_TIMES).putLong(ThreadRecord.ON_CPU_NS, 7))
                        .cpu());
    }

    @Test
    void connectionOfTheCall() {
        CallSocket socket = decoded(record(178, CALL | ThreadFlag.HAS_SOCKET | ThreadFlag.HAS_RECEIVED)
                        .putShort(ThreadRecord.SOCKET + Socket.FAMILY, (short) 2)
                        .putShort(ThreadRecord.SOCKET + Socket.LOCAL + End.PORT, (short) 8077)
                        .put(ThreadRecord.PEER + End.ADDR, new byte[] {10, 0, 0, 7})
                        .putShort(ThreadRecord.PEER + End.PORT, (short) 4000)
                        .putLong(ThreadRecord.RECEIVED, 0))
                .call()
                .socket();
        assertEquals(new Ip(new byte[4], 8077, 0), socket.socket().local());
        assertEquals(new Ip(new byte[] {10, 0, 0, 7}, 4000, 0), socket.socket().peer());
        assertEquals(0, socket.receivedBytes());
        assertNull(socket.peer());
    }

    @Test
    void otherEndOfAUnixConnection() {
        CallSocket socket = decoded(record(178, CALL | ThreadFlag.HAS_SOCKET)
                        .putShort(ThreadRecord.SOCKET + Socket.FAMILY, (short) 1)
                        .putInt(ThreadRecord.PEER_PID, 77)
                        .put(ThreadRecord.PEER_COMM, bytes("curl")))
                .call()
                .socket();
        assertEquals(-1, socket.receivedBytes());
        assertEquals(77, socket.peer().pid());
        assertArrayEquals(bytes("curl"), socket.peer().comm());
    }

    @Test
    void onlyTheWantedProcesses() {
        assertEquals(List.of(), decoded(record(5, 0), ThreadRecord.BYTES));
    }

    @Test
    void incompleteRecordsAreRejected() {
        assertThrows(IllegalStateException.class, () -> decoded(record(178, 0), ThreadRecord.BYTES - 1));
    }
}
