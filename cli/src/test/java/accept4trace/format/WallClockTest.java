package accept4trace.format;

import static org.junit.jupiter.api.Assertions.assertEquals;

import accept4trace.text.Text;
import org.junit.jupiter.api.Test;

/** Tests that the time of day is right even if somebody sets the clock of the machine meanwhile. */
class WallClockTest {
    private static final long SECOND = 1_000_000_000L;

    private long offset = 1000 * SECOND;
    private long now = 5 * SECOND;
    private final WallClock clock = new WallClock(() -> offset, () -> now, second -> 0);

    @Test
    void followsStepsForwardAndBackward() {
        assertEquals(1001 * SECOND, clock.epochNs(SECOND));
        offset += 3600 * SECOND;
        now += SECOND;
        assertEquals(4602 * SECOND, clock.epochNs(2 * SECOND));
        offset -= 7200 * SECOND;
        now += SECOND;
        assertEquals(-2597 * SECOND, clock.epochNs(3 * SECOND));
    }

    /** Inaccurate readings of the clocks must not change the time of lines. */
    @Test
    void ignoresInaccurateReadings() {
        offset += 999_999;
        now += SECOND;
        assertEquals(1002 * SECOND, clock.epochNs(2 * SECOND));
        offset -= 2 * 999_999;
        now += SECOND;
        assertEquals(1003 * SECOND, clock.epochNs(3 * SECOND));
    }

    /** One reading of the clocks is used for all lines of the next tenth of a second. */
    @Test
    void readsTheClockTenTimesPerSecond() {
        offset += SECOND;
        now += 100_000_000;
        assertEquals(1001 * SECOND, clock.epochNs(SECOND));
        now++;
        assertEquals(1002 * SECOND, clock.epochNs(SECOND));
    }

    /** Times come in any order, because the line of a call that was blocked for long has the old time of its start. */
    @Test
    void oldTimesFollowTheCurrentSetting() {
        assertEquals(1004 * SECOND, clock.epochNs(4 * SECOND));
        offset += 3600 * SECOND;
        now += SECOND;
        assertEquals(4601 * SECOND, clock.epochNs(SECOND));
        assertEquals(4604 * SECOND, clock.epochNs(4 * SECOND));
    }

    /**
     * Each reading of this clock finds a new setting, so the time would be wrong if seconds and fraction were from two
     * readings.
     */
    @Test
    void secondsAndTheirFractionUseOneReading() {
        WallClock restless = new WallClock(() -> offset += 3_500_000_000L, () -> now += SECOND, second -> 0);
        Text out = new Text();
        restless.preciseTimeOfDay(out, SECOND);
        assertEquals("00:16:48.000000", out.toString());
    }

    /** The time zone changes at 1002 s, as if summer time began. */
    @Test
    void localTimeCanHaveAnyOffset() {
        WallClock local = new WallClock(() -> offset, () -> now, second -> second < 1002 ? 3208 : 6808);
        Text out = new Text();
        local.timeOfDay(out, SECOND);
        out.add(' ');
        local.preciseTimeOfDay(out, 2 * SECOND);
        assertEquals("01:10:09 02:10:10.000000", out.toString());
    }
}
