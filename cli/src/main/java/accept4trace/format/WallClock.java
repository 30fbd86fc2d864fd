package accept4trace.format;

import accept4trace.text.Text;
import accept4trace.text.Units;
import java.time.Instant;
import java.time.ZoneId;
import java.util.function.LongSupplier;

/** Turns the kernel's times into those of a clock on the wall, which may be set meanwhile. */
public final class WallClock {
    private static final int DAY_SECONDS = 24 * 60 * 60;
    private static final long BETWEEN_LOOKS_NS = 100_000_000;
    /** Less is an inaccuracy of the reading: what NTP corrects gradually concerns both clocks. */
    private static final long STEP_NS = 1_000_000;

    private final LongSupplier offset;
    private final ZoneId zone;
    private long offsetNs;
    /** The latest time that the offset is good for. */
    private long goodUntilNs;

    /**
     * @param offset what CLOCK_REALTIME shows when CLOCK_MONOTONIC is 0, as of now, in nanoseconds
     * @param zone whose time of day is shown
     */
    public WallClock(LongSupplier offset, ZoneId zone) {
        this.offset = offset;
        this.zone = zone;
        this.offsetNs = offset.getAsLong();
    }

    /** Nanoseconds since 1970 of a CLOCK_MONOTONIC time. */
    public long epochNs(long monotonicNs) {
        if (monotonicNs > goodUntilNs) {
            goodUntilNs = monotonicNs + BETWEEN_LOOKS_NS;
            long now = offset.getAsLong();
            offsetNs = Math.abs(now - offsetNs) < STEP_NS ? offsetNs : now;
        }
        return offsetNs + monotonicNs;
    }

    /** HH:MM:SS. */
    public void timeOfDay(Text out, long monotonicNs) {
        long epochSecond = Math.floorDiv(epochNs(monotonicNs), Units.SECOND_NS);
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
    public void microseconds(Text out, long monotonicNs) {
        out.add('.').padded(Math.floorMod(epochNs(monotonicNs), Units.SECOND_NS) / 1000, 6);
    }
}
