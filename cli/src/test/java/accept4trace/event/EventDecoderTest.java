package accept4trace.event;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import accept4trace.event.Endpoint.Ip;
import accept4trace.event.Endpoint.Unix;
import accept4trace.event.EventLayout.Syscall;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class EventDecoderTest {
    private static final byte[] V4 = {10, 0, 0, 9};

    @Test
    void readsEveryFieldOfAShortRecord() {
        AcceptCall call = new RecordBuilder()
                .arguments(0x7ffc0010L, 0x7ffc0020L, 0x80800)
                .ret(9)
                .addrlenIn(112)
                .addrlenOut(16)
                .waited(4_100_000)
                .queue(3, 511)
                .somaxconn(4096)
                .halfOpen(5)
                .defers()
                .synacks(2, 40_000)
                .received(1460, 1, 400)
                .tcpListener(new byte[4], 443)
                .tcpPeer(new byte[] {10, 0, 0, 1}, 443, V4, 52684)
                .decode();

        assertEquals(1234, call.caller().tgid());
        assertEquals(1235, call.caller().tid());
        assertEquals(33, call.caller().uid());
        assertArrayEquals(
                "worker".getBytes(StandardCharsets.US_ASCII), call.caller().threadComm());
        assertArrayEquals(
                "nginx".getBytes(StandardCharsets.US_ASCII), call.caller().processComm());
        assertEquals(12_345, call.durationNs());
        assertEquals(6, call.listener().fd());
        assertEquals(9, call.span().ret());
        assertEquals(112, call.arguments().lengthIn());
        assertEquals(16, call.arguments().lengthOut());
        assertNull(call.arguments().address());
        assertEquals(443, port(call));
        Ip peer = assertInstanceOf(Ip.class, call.connection().socket().remote());
        assertArrayEquals(V4, peer.address());
        assertEquals(52684, peer.port());
        assertEquals(4_100_000, call.connection().waitNs());
        assertEquals(3, call.listener().backlog().length());
        assertEquals(511, call.listener().backlog().max());
        assertEquals(4096, call.listener().backlog().somaxconn());
        assertEquals(5, call.listener().backlog().halfOpen());
        assertTrue(call.listener().backlog().defers());
        assertEquals(
                new Handshake(2, 40_000_000, 1460, 1, 400), call.connection().handshake());
    }

    @Test
    void reusesObjectsOfTheLastRecord() {
        EventDecoder decoder = new EventDecoder();
        AcceptCall first = listening(443).decode(decoder);
        AcceptCall second = listening(443).decode(decoder);

        assertSame(first.listener().socket(), second.listener().socket());
        assertSame(first.caller().threadComm(), second.caller().threadComm());
        assertSame(first.caller().processComm(), second.caller().processComm());
    }

    @Test
    void createsObjectsThatDifferFromTheLastRecord() {
        EventDecoder decoder = new EventDecoder();
        listening(443).decode(decoder);
        AcceptCall other = listening(80).threadComm("another").decode(decoder);

        assertEquals(80, port(other));
        assertArrayEquals(
                "another".getBytes(StandardCharsets.US_ASCII), other.caller().threadComm());
        assertArrayEquals(
                "nginx".getBytes(StandardCharsets.US_ASCII), other.caller().processComm());
        assertNull(new RecordBuilder().ret(-9).decode(decoder).listener().socket());
        assertEquals(80, port(listening(80).decode(decoder)));
    }

    private static int port(AcceptCall call) {
        return assertInstanceOf(Ip.class, call.listener().socket().local()).port();
    }

    private static RecordBuilder listening(int port) {
        return new RecordBuilder().ret(-11).tcpListener(new byte[4], port);
    }

    @Test
    void fieldsWithoutTheirFlagAreUnknown() {
        AcceptCall call = new RecordBuilder().ret(-11).decode();

        assertNull(call.arguments().lengthIn());
        assertNull(call.arguments().lengthOut());
        assertNull(call.listener().socket());
        assertNull(call.connection().socket());
        assertNull(call.connection().peerTask());
        assertEquals(Beginning.SEEN, call.span().beginning());
        assertEquals(-1, call.connection().waitNs());
        assertEquals(-1, call.listener().backlog().length());
        assertEquals(-1, call.listener().backlog().somaxconn());
        assertEquals(-1, call.listener().backlog().halfOpen());
        assertFalse(call.listener().backlog().defers());
        assertEquals(Handshake.UNKNOWN, call.connection().handshake());
    }

    /**
     * A connection made from a SYN cookie has no count of SYN-ACKs, and its round-trip time is wrong, so both are -1.
     */
    @Test
    void knowsDataOfConnectionsFromSynCookies() {
        Handshake handshake =
                new RecordBuilder().received(5, 1, 0).decode().connection().handshake();

        assertEquals(new Handshake(-1, -1, 5, 1, 0), handshake);
    }

    @Test
    void roundTripTimeIsUnknownIfTheKernelCouldNotMeasureIt() {
        Handshake handshake =
                new RecordBuilder().synacks(3, 0).decode().connection().handshake();

        assertEquals(3, handshake.synacks());
        assertEquals(-1, handshake.rttNs());
        assertEquals(-1, handshake.received());
    }

    private static RecordBuilder accepted(long acceptedNs, long waitNs, int drops) {
        return new RecordBuilder()
                .tcpListener(new byte[4], 443)
                .tcpPeer(new byte[4], 443, V4, 1)
                .acceptedAt(acceptedNs)
                .waited(waitNs)
                .drops(drops);
    }

    /** Three connections arrive at 100, 110 and 120, a fourth one at 390, and a fifth one at 690. */
    @Test
    void countsConnectionsThatWereAheadInTheQueue() {
        EventDecoder decoder = new EventDecoder();
        assertEquals(0, accepted(200, 100, 0).decode(decoder).connection().ahead());
        assertEquals(1, accepted(300, 190, 0).decode(decoder).connection().ahead());
        assertEquals(2, accepted(400, 280, 0).decode(decoder).connection().ahead());
        assertEquals(1, accepted(500, 110, 0).decode(decoder).connection().ahead());
        assertEquals(0, accepted(700, 10, 0).decode(decoder).connection().ahead());
    }

    /** The call of RecordBuilder lasts from 1,000,000,000 to 1,000,012,345. */
    @Test
    void wakeTimeStartsWhenCallAndConnectionExist() {
        assertEquals(12_345, accepted(1_000_010_000, 500_000, 0).decode().wakeNs());
        assertEquals(2_845, accepted(1_000_010_000, 500, 0).decode().wakeNs());
        assertEquals(-1, new RecordBuilder().decode().wakeNs());
    }

    @Test
    void countsDropsSinceTheLastAccept() {
        EventDecoder decoder = new EventDecoder();
        assertEquals(0, accepted(1, 0, -2).decode(decoder).listener().backlog().drops());
        assertEquals(5, accepted(2, 0, 3).decode(decoder).listener().backlog().drops());
        assertEquals(0, accepted(3, 0, 3).decode(decoder).listener().backlog().drops());
    }

    /**
     * Records can arrive in another order than that in which threads read the counter, so the counter can seem to fall.
     */
    @Test
    void olderCounterCausesNoDrops() {
        EventDecoder decoder = new EventDecoder();
        assertEquals(
                -1, new RecordBuilder().decode(decoder).listener().backlog().drops());
        assertEquals(0, accepted(1, 0, 5).decode(decoder).listener().backlog().drops());
        assertEquals(2, accepted(2, 0, 7).decode(decoder).listener().backlog().drops());
        assertEquals(0, accepted(3, 0, 6).decode(decoder).listener().backlog().drops());
        assertEquals(1, accepted(4, 0, 8).decode(decoder).listener().backlog().drops());
    }

    /** A hundred thousand connections in one queue are more than the decoder remembers. */
    @Test
    void aheadIsUnknownIfTheHistoryIsTooShort() {
        EventDecoder decoder = new EventDecoder();
        ByteBuffer record = accepted(0, 0, 0).build();
        long most = 0;
        for (int i = 1; i <= 100_000; i++) {
            record.putLong(EventLayout.Event.ACCEPTED_NS, i).putLong(EventLayout.Event.WAIT_NS, i);
            long ahead = decoder.accept(record, 0).connection().ahead();
            assertTrue(ahead == i - 1 || (ahead == -1 && i > 10_000), i + ": " + ahead);
            most = Math.max(most, ahead);
        }
        assertTrue(most > 30_000, "most " + most);
        assertEquals(0, accepted(200_000, 10, 0).decode(decoder).connection().ahead());
    }

    @Test
    void readsNamesOfALongRecord() {
        byte[] path = "/run/app.sock".getBytes(StandardCharsets.US_ASCII);
        byte[] peer = "\0client".getBytes(StandardCharsets.US_ASCII);
        AcceptCall call = new RecordBuilder()
                .unixListener(path)
                .unixPeer(path, peer, 4711)
                .decode();

        assertArrayEquals(path, name(call.listener().socket().local()));
        assertArrayEquals(path, name(call.connection().socket().local()));
        assertArrayEquals(peer, name(call.connection().socket().remote()));
        assertEquals(4711, call.connection().socket().remoteInode());
    }

    private static byte[] name(Endpoint end) {
        return assertInstanceOf(Unix.class, end).name();
    }

    @Test
    void readsStacksOfAnyLength() {
        assertNull(new RecordBuilder().decode().caller().stack());
        byte[] stack = new RecordBuilder()
                .stack(512, (byte) 7)
                .decode()
                .caller()
                .stack()
                .bytes();
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
                        .caller()
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

    /** The kernel sets and bounds the lengths in a record; all other bytes can be arbitrary. */
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
            AcceptCall call = new EventDecoder().accept(record, 0);
            assertEquals(record.getInt(EventLayout.Event.TID), call.caller().tid());
        }
    }

    @Test
    void systemCallsAndViaMatchTheBpfSide() {
        assertEquals(Syscall.NAMES, names(SystemCall.values()));
        assertEquals(EventLayout.Via.NAMES, names(Via.values()));
        for (SystemCall call : SystemCall.values()) {
            assertEquals(call.ordinal() < EventLayout.FIRST_RELATED, call.isAccept());
            assertEquals(call.isAccept(), call.arguments().isEmpty());
        }
    }

    private static List<String> names(Enum<?>[] values) {
        return Arrays.stream(values).map(Enum::toString).toList();
    }

    /** Seccomp can make a call return any number. */
    @Test
    void resultThatDoesNotFitIntoAnIntIsClamped() {
        assertEquals(
                -Integer.MAX_VALUE,
                new RecordBuilder().ret(-(1L << 32) - 11).decode().span().ret());
        assertEquals(
                -Integer.MAX_VALUE,
                new RecordBuilder().ret(Long.MIN_VALUE).decode().span().ret());
    }

    @Test
    void limitsLengthsToTheirFields() {
        RecordBuilder unnamed = new RecordBuilder().listenerOf(AddressFamily.UNIX.number(), 1, 0, "UNIX-STREAM");
        ByteBuffer record = unnamed.userAddress(new byte[2]).build();
        record.putShort(EventLayout.Event.LISTENER + EventLayout.Socket.LOCAL + EventLayout.End.NAME_LEN, (short) 108);
        record.putInt(EventLayout.Event.USER_ADDR_LEN, -1);
        AcceptCall call = new EventDecoder().accept(record, 0);
        assertEquals(0, name(call.listener().socket().local()).length);
        assertEquals(32, call.arguments().address().length);
    }
}
