package accept4trace.event;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import accept4trace.event.Endpoint.Ip;
import accept4trace.event.Endpoint.Unix;
import accept4trace.event.EventLayout.End;
import accept4trace.event.EventLayout.Queue;
import accept4trace.event.EventLayout.QueueFlag;
import accept4trace.event.EventLayout.Socket;
import accept4trace.event.EventLayout.Waiting;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class QueueDecoderTest {
    private static final int TCP_CLOSE = 7;

    private static ByteBuffer record(int family, int shown) {
        ByteBuffer record =
                ByteBuffer.allocate(Queue.BYTES + shown * Waiting.BYTES).order(ByteOrder.nativeOrder());
        return record.putInt(Queue.SHOWN, shown)
                .putInt(Queue.FLAGS, QueueFlag.HAS_LENGTH)
                .putLong(Queue.LISTENER + Socket.INODE, 700)
                .putShort(Queue.LISTENER + Socket.FAMILY, (short) family)
                .putShort(Queue.LISTENER + Socket.LOCAL + End.PORT, (short) 8077)
                .putLong(Queue.TAKEN_NS, 50)
                .putInt(Queue.NETNS, -1)
                .putInt(Queue.TGID, 178)
                .putInt(Queue.FD, 3)
                .putInt(Queue.WAITING, 5)
                .putInt(Queue.LIMIT, 4)
                .put(Queue.COMM, "server".getBytes(StandardCharsets.UTF_8));
    }

    private static List<HeldListener> decoded(ByteBuffer record, int length) {
        List<HeldListener> decoded = new ArrayList<>();
        QueueDecoder.decode(record, length, decoded::add);
        return decoded;
    }

    private static HeldListener decoded(ByteBuffer record) {
        return decoded(record, record.capacity()).get(0);
    }

    @Test
    void tcp() {
        int first = Queue.BYTES;
        HeldListener listener = decoded(record(2, 1)
                .put(first + Waiting.PEER + End.ADDR, new byte[] {10, 0, 0, 9})
                .putShort(first + Waiting.PEER + End.PORT, (short) 4000)
                .putLong(first + Waiting.AGE_NS, 1234)
                .putInt(first + Waiting.UNREAD, 7)
                .putInt(first + Waiting.STATE, TCP_CLOSE));
        assertEquals(new Ip(new byte[4], 8077, 0), listener.socket().local());
        assertEquals(700, listener.socket().inode());
        assertEquals(0xffffffffL, listener.netns());
        assertEquals(
                List.of(5L, 4L, 50L),
                List.of(listener.lengths().waiting(), listener.lengths().limit(), listener.takenNs()));
        assertEquals(178, listener.holder().tgid());
        assertArrayEquals(
                "server".getBytes(StandardCharsets.UTF_8), listener.holder().comm());
        WaitingConnection connection = listener.longest().get(0);
        assertEquals(new Ip(new byte[] {10, 0, 0, 9}, 4000, 0), connection.peer());
        assertEquals(1234, connection.ageNs());
        assertEquals(7, connection.unreadBytes());
        assertTrue(connection.isReset());
        assertNull(connection.task());
    }

    @Test
    void unix() {
        int first = Queue.BYTES;
        HeldListener listener = decoded(record(1, 1)
                .putShort(Queue.LISTENER + Socket.LOCAL + End.NAME_LEN, (short) 2)
                .put(Queue.LOCAL_NAME, new byte[] {0, 'x'})
                .putInt(first + Waiting.PID, 77)
                .put(first + Waiting.COMM, "curl".getBytes(StandardCharsets.UTF_8)));
        assertEquals(new Unix(new byte[] {0, 'x'}), listener.socket().local());
        WaitingConnection connection = listener.longest().get(0);
        assertEquals(-1, connection.ageNs());
        assertFalse(connection.isReset());
        assertEquals(77, connection.task().pid());
        assertArrayEquals(
                "curl".getBytes(StandardCharsets.UTF_8), connection.task().comm());
    }

    @Test
    void unknownLengthOfTheQueue() {
        assertEquals(
                QueueLengths.UNKNOWN,
                decoded(record(2, 0).putInt(Queue.FLAGS, 0)).lengths());
    }

    @Test
    void handshakes() {
        assertEquals(
                new QueueLengths(5, 4, -1, false),
                decoded(record(2, 0).putInt(Queue.HALF_OPEN, 6)).lengths());
        int flags = QueueFlag.HAS_LENGTH | QueueFlag.HAS_HALF_OPEN | QueueFlag.DEFERS;
        assertEquals(
                new QueueLengths(5, 4, 6, true),
                decoded(record(2, 0).putInt(Queue.FLAGS, flags).putInt(Queue.HALF_OPEN, 6))
                        .lengths());
    }

    @Test
    void incompleteRecordsAreRejected() {
        ByteBuffer record = record(2, 1);
        assertThrows(IllegalStateException.class, () -> decoded(record, Queue.BYTES));
        assertThrows(IllegalStateException.class, () -> decoded(record, Queue.BYTES - 1));
        record.putInt(Queue.SHOWN, -1);
        assertThrows(IllegalStateException.class, () -> decoded(record, record.capacity()));
    }
}
