package accept4trace.format;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

/** What becomes of the time of day when somebody sets the clock. */
class WallClockTest {
    private static final long SECOND = 1_000_000_000L;

    private long offset = 1000 * SECOND;
    private final WallClock clock = new WallClock(() -> offset, ZoneOffset.UTC);

    @Test
    void aStepIsFollowedForwardAndBack() {
        assertEquals(1001 * SECOND, clock.epochNs(SECOND));
        offset += 3600 * SECOND;
        assertEquals(4602 * SECOND, clock.epochNs(2 * SECOND));
        offset -= 7200 * SECOND;
        assertEquals(-2597 * SECOND, clock.epochNs(3 * SECOND));
    }

    /** Lines of one moment must not differ by how exactly the clocks were read. */
    @Test
    void aReadingsInaccuracyIsNot() {
        assertEquals(1001 * SECOND, clock.epochNs(SECOND));
        offset += 999_999;
        assertEquals(1002 * SECOND, clock.epochNs(2 * SECOND));
        offset -= 2 * 999_999;
        assertEquals(1003 * SECOND, clock.epochNs(3 * SECOND));
    }

    /** Not once a line. */
    @Test
    void theClockIsReadNowAndThen() {
        assertEquals(1001 * SECOND, clock.epochNs(SECOND));
        offset += SECOND;
        assertEquals(1001 * SECOND + 100_000_000, clock.epochNs(SECOND + 100_000_000));
        assertEquals(1002 * SECOND + 100_000_001, clock.epochNs(SECOND + 100_000_001));
    }
}
