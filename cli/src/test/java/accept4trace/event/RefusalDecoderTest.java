package accept4trace.event;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import accept4trace.event.Endpoint.Ip;
import org.junit.jupiter.api.Test;

class RefusalDecoderTest {
    @Test
    void everyField() {
        Refusal refusal = new RefusalBuilder().decode();
        assertEquals(1_000_000_000L, refusal.timeNs());
        assertEquals(Refusal.At.SYN, refusal.at());
        assertEquals(
                new KernelSocket(700, new Protocol(2, 1, 6, ""), 10, new Ip(new byte[4], 8077, 0), null, 0),
                refusal.listener());
        assertEquals(7, refusal.netns());
        assertEquals(new Ip(new byte[] {10, 0, 0, 1}, 8077, 0), refusal.local());
        assertEquals(new Ip(new byte[] {10, 0, 0, 9}, 51_100, 0), refusal.peer());
        assertEquals(new Refusal.Queue(6, 5), refusal.queue());
        assertEquals(Refusal.At.ACK, new RefusalBuilder().atAck().decode().at());
        assertNull(new RefusalBuilder().withoutQueue().decode().queue());
    }

    @Test
    void recordIsPartOfABatch() {
        assertEquals(EventLayout.Refusal.BYTES, EventDecoder.sizeAt(new RefusalBuilder().build(), 0, 4096));
    }

    @Test
    void listeningSocket() {
        assertEquals(
                31,
                RefusalDecoder.listening(
                        new RefusalBuilder().inode(31).listening().build(), 0));
    }
}
