package accept4trace.event;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import accept4trace.event.EventLayout.Syscall;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

class EventDecoderTest {
    private static final byte[] V4 = {10, 0, 0, 9};

    @Test
    void readsEveryFieldOfAShortRecord() {
        AcceptEvent event = new RecordBuilder()
                .arguments(0x7ffc0010L, 0x7ffc0020L, 0x80800)
                .ret(9)
                .addrlenIn(112)
                .addrlenOut(16)
                .waited(4_100_000)
                .queue(3, 511)
                .tcpListener(new byte[4], 443)
                .tcpPeer(new byte[] {10, 0, 0, 1}, 443, V4, 52684)
                .decode();

        assertEquals(1234, event.tgid());
        assertEquals(1235, event.tid());
        assertEquals(33, event.uid());
        assertArrayEquals("worker".getBytes(StandardCharsets.US_ASCII), event.threadComm());
        assertArrayEquals("nginx".getBytes(StandardCharsets.US_ASCII), event.processComm());
        assertEquals(12_345, event.durationNs());
        assertEquals(6, event.fd());
        assertEquals(9, event.ret());
        assertEquals(112, event.addrlenIn());
        assertEquals(16, event.addrlenOut());
        assertNull(event.userAddress());
        assertEquals(443, event.listener().local().port());
        assertArrayEquals(V4, event.accepted().remote().address());
        assertEquals(52684, event.accepted().remote().port());
        assertEquals(4_100_000, event.waitNs());
        assertEquals(3, event.queueLength());
        assertEquals(511, event.queueMax());
    }

    @Test
    void whatTheLastRecordHadIsNotMadeAnew() {
        EventDecoder decoder = new EventDecoder();
        AcceptEvent first = listening(443).decode(decoder);
        AcceptEvent second = listening(443).decode(decoder);

        assertSame(first.listener(), second.listener());
        assertSame(first.threadComm(), second.threadComm());
        assertSame(first.processComm(), second.processComm());
    }

    @Test
    void whatDiffersFromTheLastRecordIs() {
        EventDecoder decoder = new EventDecoder();
        listening(443).decode(decoder);
        AcceptEvent other = listening(80).threadComm("another").decode(decoder);

        assertEquals(80, other.listener().local().port());
        assertArrayEquals("another".getBytes(StandardCharsets.US_ASCII), other.threadComm());
        assertArrayEquals("nginx".getBytes(StandardCharsets.US_ASCII), other.processComm());
        assertNull(new RecordBuilder().ret(-9).decode(decoder).listener());
        assertEquals(80, listening(80).decode(decoder).listener().local().port());
    }

    private static RecordBuilder listening(int port) {
        return new RecordBuilder().ret(-11).tcpListener(new byte[4], port);
    }

    @Test
    void whatTheFlagsDenyIsUnknown() {
        AcceptEvent event = new RecordBuilder().ret(-11).decode();

        assertNull(event.addrlenIn());
        assertNull(event.addrlenOut());
        assertNull(event.listener());
        assertNull(event.accepted());
        assertNull(event.peerTask());
        assertEquals(Beginning.SEEN, event.beginning());
        assertEquals(-1, event.waitNs());
        assertEquals(-1, event.queueLength());
    }

    private static RecordBuilder accepted(long acceptedNs, long waitNs, int drops) {
        return new RecordBuilder()
                .tcpListener(new byte[4], 443)
                .tcpPeer(new byte[4], 443, V4, 1)
                .acceptedAt(acceptedNs)
                .waited(waitNs)
                .drops(drops);
    }

    /** Three came at 100, 110 and 120, a fourth at 390. */
    @Test
    void thoseAcceptedWhileAnotherWaitedStoodBeforeIt() {
        EventDecoder decoder = new EventDecoder();
        assertEquals(0, accepted(200, 100, 0).decode(decoder).ahead());
        assertEquals(1, accepted(300, 190, 0).decode(decoder).ahead());
        assertEquals(2, accepted(400, 280, 0).decode(decoder).ahead());
        assertEquals(1, accepted(500, 110, 0).decode(decoder).ahead());
        assertEquals(0, accepted(700, 10, 0).decode(decoder).ahead());
    }

    /** The call of the builder lasts from 1,000,000,000 to 1,000,012,345. */
    @Test
    void wakingCountsFromWhenCallAndConnectionWereThere() {
        assertEquals(12_345, accepted(1_000_010_000, 500_000, 0).decode().wakeNs());
        assertEquals(2_845, accepted(1_000_010_000, 500, 0).decode().wakeNs());
        assertEquals(-1, new RecordBuilder().decode().wakeNs());
    }

    @Test
    void dropsAreThoseSinceTheLastAccept() {
        EventDecoder decoder = new EventDecoder();
        assertEquals(0, accepted(1, 0, -2).decode(decoder).drops());
        assertEquals(5, accepted(2, 0, 3).decode(decoder).drops());
        assertEquals(0, accepted(3, 0, 3).decode(decoder).drops());
    }

    /** Threads may report in another order than they have read the counter. */
    @Test
    void anOlderCounterBringsNoDrops() {
        EventDecoder decoder = new EventDecoder();
        assertEquals(-1, new RecordBuilder().decode(decoder).drops());
        assertEquals(0, accepted(1, 0, 5).decode(decoder).drops());
        assertEquals(2, accepted(2, 0, 7).decode(decoder).drops());
        assertEquals(0, accepted(3, 0, 6).decode(decoder).drops());
        assertEquals(1, accepted(4, 0, 8).decode(decoder).drops());
    }

    /** A hundred thousand in one queue are more than are remembered. */
    @Test
    void aheadIsUnknownRatherThanWrong() {
        EventDecoder decoder = new EventDecoder();
        ByteBuffer record = accepted(0, 0, 0).build();
        long most = 0;
        for (int i = 1; i <= 100_000; i++) {
            record.putLong(EventLayout.Event.ACCEPTED_NS, i).putLong(EventLayout.Event.WAIT_NS, i);
            long ahead = decoder.decode(record, 0).ahead();
            assertTrue(ahead == i - 1 || (ahead == -1 && i > 10_000), i + ": " + ahead);
            most = Math.max(most, ahead);
        }
        assertTrue(most > 30_000, "most " + most);
        assertEquals(0, accepted(200_000, 10, 0).decode(decoder).ahead());
    }

    @Test
    void readsNamesOfALongRecord() {
        byte[] path = "/run/app.sock".getBytes(StandardCharsets.US_ASCII);
        byte[] peer = "\0client".getBytes(StandardCharsets.US_ASCII);
        AcceptEvent event = new RecordBuilder()
                .unixListener(path)
                .unixPeer(path, peer, 4711)
                .decode();

        assertArrayEquals(path, event.listener().local().name());
        assertArrayEquals(path, event.accepted().local().name());
        assertArrayEquals(peer, event.accepted().remote().name());
        assertEquals(4711, event.accepted().remoteInode());
    }

    @Test
    void readsAsMuchOfAStackAsThereIs() {
        assertNull(new RecordBuilder().decode().stack());
        byte[] stack = new RecordBuilder().stack(512, (byte) 7).decode().stack().bytes();
        assertEquals(8 + 34 * Long.BYTES + 512, stack.length);
        assertEquals(512, ByteBuffer.wrap(stack).order(ByteOrder.nativeOrder()).getInt(0));
        assertEquals(7, stack[8]);
        assertEquals(7, stack[stack.length - 1]);
        assertEquals(
                8 + 34 * Long.BYTES,
                new RecordBuilder()
                        .related(Syscall.LISTEN)
                        .stack(0, (byte) 7)
                        .decodeRelated()
                        .stack()
                        .bytes()
                        .length);
    }

    @Test
    void acceptsOnlyWholeRecords() {
        ByteBuffer record = new RecordBuilder().build();
        assertEquals(EventLayout.Event.BYTES, EventDecoder.sizeAt(record, 0, record.capacity()));
        assertThrows(IllegalStateException.class, () -> EventDecoder.sizeAt(record, 0, record.capacity() - 1));
        assertThrows(IllegalStateException.class, () -> EventDecoder.sizeAt(record, 0, 3));
        record.putShort(EventLayout.Event.SIZE, (short) EventLayout.LongEvent.BYTES);
        assertThrows(IllegalStateException.class, () -> EventDecoder.sizeAt(record, 0, record.capacity()));
    }

    /** Lengths in a record are the kernel's and bounded there; any other byte may be anything. */
    @Test
    void decodesAnyBytes() {
        Random random = new Random(4);
        for (int i = 0; i < 10_000; i++) {
            byte[] bytes = new byte[EventLayout.LongEvent.BYTES];
            random.nextBytes(bytes);
            ByteBuffer record = ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
            record.putShort(EventLayout.Event.SIZE, (short) EventLayout.LongEvent.BYTES);
            record.putInt(EventLayout.Event.USER_ADDR_LEN, random.nextInt(129));
            int local = EventLayout.Socket.LOCAL + EventLayout.End.NAME_LEN;
            record.putShort(EventLayout.Event.LISTENER + local, (short) random.nextInt(109));
            record.putShort(EventLayout.Event.ACCEPTED + local, (short) random.nextInt(109));
            record.putShort(EventLayout.Event.PEER + EventLayout.End.NAME_LEN, (short) random.nextInt(109));
            AcceptEvent event = new EventDecoder().decode(record, 0);
            assertEquals(record.getInt(EventLayout.Event.TID), event.tid());
        }
    }

    /** Seccomp may let a call return anything. */
    @Test
    void aResultBeyondAllErrorsIsNotTakenForAnother() {
        assertEquals(
                -Integer.MAX_VALUE,
                new RecordBuilder().ret(-(1L << 32) - 11).decode().ret());
        assertEquals(
                -Integer.MAX_VALUE,
                new RecordBuilder().ret(Long.MIN_VALUE).decode().ret());
    }

    @Test
    void lengthsAreHeldToTheirRoom() {
        RecordBuilder unnamed = new RecordBuilder().listenerOf(AddressFamily.UNIX, 1, 0, "UNIX-STREAM");
        ByteBuffer record = unnamed.userAddress(new byte[2]).build();
        record.putShort(EventLayout.Event.LISTENER + EventLayout.Socket.LOCAL + EventLayout.End.NAME_LEN, (short) 108);
        record.putInt(EventLayout.Event.USER_ADDR_LEN, -1);
        AcceptEvent event = new EventDecoder().decode(record, 0);
        assertEquals(0, event.listener().local().name().length);
        assertEquals(32, event.userAddress().length);
    }
}
