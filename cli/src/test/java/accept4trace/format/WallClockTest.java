package accept4trace.format;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

/** Tests the time of day when the clock is set. */
class WallClockTest {
    private static final long SECOND = 1_000_000_000L;

    private long offset = 1000 * SECOND;
    private final WallClock clock = new WallClock(() -> offset, ZoneOffset.UTC);

    @Test
    void followsStepsForwardAndBackward() {
        assertEquals(1001 * SECOND, clock.epochNs(SECOND));
        offset += 3600 * SECOND;
        assertEquals(4602 * SECOND, clock.epochNs(2 * SECOND));
        offset -= 7200 * SECOND;
        assertEquals(-2597 * SECOND, clock.epochNs(3 * SECOND));
    }

    /** Inaccurate readings of the clocks must not change the time of lines. */
    @Test
    void ignoresInaccurateReadings() {
        assertEquals(1001 * SECOND, clock.epochNs(SECOND));
        offset += 999_999;
        assertEquals(1002 * SECOND, clock.epochNs(2 * SECOND));
        offset -= 2 * 999_999;
        assertEquals(1003 * SECOND, clock.epochNs(3 * SECOND));
    }

    /** The clock is not read for each line. */
    @Test
    void readsTheClockRarely() {
        assertEquals(1001 * SECOND, clock.epochNs(SECOND));
        offset += SECOND;
        assertEquals(1001 * SECOND + 100_000_000, clock.epochNs(SECOND + 100_000_000));
        assertEquals(1002 * SECOND + 100_000_001, clock.epochNs(SECOND + 100_000_001));
    }
}
