package accept4trace.event;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import accept4trace.event.Endpoint.Unix;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class UnixRefusalDecoderTest {
    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void everyField() {
        UnixRefusal refusal = new UnixRefusalBuilder().decode();
        assertEquals(1_000_000_000L, refusal.timeNs());
        assertEquals(
                new KernelSocket(700, new Protocol(1, 1, 0, "UNIX"), 10, new Unix(bytes("/run/app.sock\0")), null, 0),
                refusal.listener());
        assertEquals(7, refusal.netns());
        assertEquals(8, refusal.mntns());
        assertEquals(11, refusal.errno());
        assertEquals(812, refusal.client().pid());
        assertEquals(33, refusal.client().uid());
        assertArrayEquals(bytes("php"), refusal.client().comm());
        assertEquals(new Refusal.Queue(6, 5), refusal.queue());
        assertTrue(refusal.knowsListener());
    }

    @Test
    void unknownValues() {
        assertNull(new UnixRefusalBuilder().withoutQueue().decode().queue());
        assertFalse(new UnixRefusalBuilder().inode(0).decode().knowsListener());
    }

    /**
     * With its final NUL, a path can have one byte more than the record has room for. The decoder restores the NUL, so
     * that the name equals that in the records of calls.
     */
    @Test
    void longestPath() {
        UnixRefusal refusal =
                new UnixRefusalBuilder().named("/".repeat(108) + "\0").decode();
        assertEquals(new Unix(bytes("/".repeat(108) + "\0")), refusal.listener().local());
    }

    @Test
    void sizeIsKnown() {
        assertEquals(EventLayout.UnixRefusal.BYTES, EventDecoder.sizeAt(new UnixRefusalBuilder().build(), 0, 4096));
    }
}
