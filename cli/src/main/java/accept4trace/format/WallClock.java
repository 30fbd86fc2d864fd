package accept4trace.format;

import java.time.Instant;
import java.time.ZoneId;

/**
 * Turns the kernel's times into those of a clock on the wall.
 *
 * @param offsetNs what CLOCK_REALTIME shows when CLOCK_MONOTONIC is 0
 * @param zone whose time of day is shown
 */
public record WallClock(long offsetNs, ZoneId zone) {
    private static final long SECOND_NS = 1_000_000_000L;
    private static final int DAY_SECONDS = 24 * 60 * 60;

    /** Nanoseconds since 1970 of a CLOCK_MONOTONIC time. */
    public long epochNs(long monotonicNs) {
        return offsetNs + monotonicNs;
    }

    /** HH:MM:SS. */
    void timeOfDay(Text out, long monotonicNs) {
        long epochSecond = Math.floorDiv(epochNs(monotonicNs), SECOND_NS);
        int shift =
                zone.getRules().getOffset(Instant.ofEpochSecond(epochSecond)).getTotalSeconds();
        long second = Math.floorMod(epochSecond + shift, DAY_SECONDS);
        out.padded(second / 3600, 2)
                .add(':')
                .padded(second / 60 % 60, 2)
                .add(':')
                .padded(second % 60, 2);
    }

    /** .UUUUUU. */
    void microseconds(Text out, long monotonicNs) {
        out.add('.').padded(Math.floorMod(epochNs(monotonicNs), SECOND_NS) / 1000, 6);
    }
}
