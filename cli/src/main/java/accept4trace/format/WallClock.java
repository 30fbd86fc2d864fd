package accept4trace.format;

import accept4trace.text.Text;
import accept4trace.text.Units;
import java.time.Instant;
import java.time.ZoneId;
import java.util.function.LongSupplier;

/** Converts CLOCK_MONOTONIC times to wall-clock times. The clock can be set during the run. */
public final class WallClock {
    private static final int DAY_SECONDS = 24 * 60 * 60;
    private static final long CHECK_INTERVAL_NS = 100_000_000;
    /** Smaller changes are measurement errors. NTP slews both clocks alike. */
    private static final long STEP_NS = 1_000_000;

    private final LongSupplier offset;
    private final ZoneId zone;
    private long offsetNs;
    /** The offset is read again for a time after this one. */
    private long validUntilNs;

    /**
     * @param offset returns the current CLOCK_REALTIME minus CLOCK_MONOTONIC, in nanoseconds
     * @param zone time zone for the time of day
     */
    public WallClock(LongSupplier offset, ZoneId zone) {
        this.offset = offset;
        this.zone = zone;
        this.offsetNs = offset.getAsLong();
    }

    /** Returns a CLOCK_MONOTONIC time as nanoseconds since 1970. */
    public long epochNs(long monotonicNs) {
        if (monotonicNs > validUntilNs) {
            validUntilNs = monotonicNs + CHECK_INTERVAL_NS;
            long now = offset.getAsLong();
            offsetNs = Math.abs(now - offsetNs) < STEP_NS ? offsetNs : now;
        }
        return offsetNs + monotonicNs;
    }

    /** Appends HH:MM:SS. */
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

    /** Appends .UUUUUU, the fraction of the second. */
    public void microseconds(Text out, long monotonicNs) {
        out.add('.').padded(Math.floorMod(epochNs(monotonicNs), Units.SECOND_NS) / 1000, 6);
    }
}
