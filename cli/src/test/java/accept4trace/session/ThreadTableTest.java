package accept4trace.session;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class ThreadTableTest {
    @Test
    void hasRoomForFourTimesTheThreads() {
        assertEquals(20_000, ThreadTable.size(5_000, false));
        assertEquals(20_000, ThreadTable.size(5_000, true));
    }

    @Test
    void hasRoomForLaterThreads() {
        assertEquals(4_096, ThreadTable.size(1, false));
        assertEquals(16_384, ThreadTable.size(1, true));
    }

    @Test
    void isBounded() {
        assertEquals(65_536, ThreadTable.size(16_385, true));
        assertEquals(65_536, ThreadTable.size(Integer.MAX_VALUE, true));
    }
}
