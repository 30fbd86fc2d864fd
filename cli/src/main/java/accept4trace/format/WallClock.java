package accept4trace.format;

import accept4trace.text.Text;
import accept4trace.text.Units;
import java.util.function.LongSupplier;
import java.util.function.LongToIntFunction;

/** Converts CLOCK_MONOTONIC times to wall-clock times. Follows the system clock if it is set during the run. */
public final class WallClock {
    private static final int DAY_SECONDS = 24 * 60 * 60;
    private static final int NANO_DIGITS = 9;
    private static final long CHECK_INTERVAL_NS = 100_000_000;
    /** Smaller changes of the offset are measurement errors, because NTP slews both clocks alike. */
    private static final long STEP_NS = 1_000_000;

    private final LongSupplier offset;
    private final LongSupplier now;
    private final LongToIntFunction utcOffset;
    /** The second since 1970 for which {@code zoneSeconds} is valid. */
    private long zoneSecond = Long.MIN_VALUE;

    private int zoneSeconds;
    private long offsetNs;
    private long lastCheckNs;

    /**
     * @param offset returns the current CLOCK_REALTIME minus CLOCK_MONOTONIC, in nanoseconds
     * @param utcOffset returns local time minus UTC in seconds, at a time in seconds since 1970
     */
    public WallClock(LongSupplier offset, LongToIntFunction utcOffset) {
        this(offset, System::nanoTime, utcOffset);
    }

    /** {@code now}: a clock in nanoseconds that never goes back. */
    public WallClock(LongSupplier offset, LongSupplier now, LongToIntFunction utcOffset) {
        this.offset = offset;
        this.now = now;
        this.utcOffset = utcOffset;
        this.offsetNs = offset.getAsLong();
        this.lastCheckNs = now.getAsLong();
    }

    /** Returns a CLOCK_MONOTONIC time as nanoseconds since 1970, according to the current setting of the clock. */
    public long epochNs(long monotonicNs) {
        /* Do not use monotonicNs as the current time, because the entry of a long call is in the past. */
        long nowNs = now.getAsLong();
        if (nowNs - lastCheckNs > CHECK_INTERVAL_NS) {
            lastCheckNs = nowNs;
            long read = offset.getAsLong();
            offsetNs = Math.abs(read - offsetNs) < STEP_NS ? offsetNs : read;
        }
        return offsetNs + monotonicNs;
    }

    /** Appends HH:MM:SS. */
    public void timeOfDay(Text out, long monotonicNs) {
        appendSeconds(out, epochNs(monotonicNs));
    }

    /** Appends HH:MM:SS.UUUUUU. */
    public void preciseTimeOfDay(Text out, long monotonicNs) {
        timeOfDay(out, monotonicNs, 6);
    }

    /**
     * Appends HH:MM:SS.U...
     *
     * @param decimals number of decimals, at most nine; further digits are cut off
     */
    public void timeOfDay(Text out, long monotonicNs, int decimals) {
        long epochNs = epochNs(monotonicNs);
        appendSeconds(out, epochNs);
        long fraction = Math.floorMod(epochNs, Units.SECOND_NS);
        for (int digits = NANO_DIGITS; digits > decimals; digits--) {
            fraction /= 10;
        }
        out.add('.').padded(fraction, decimals);
    }

    private void appendSeconds(Text out, long epochNs) {
        long epochSecond = Math.floorDiv(epochNs, Units.SECOND_NS);
        if (epochSecond != zoneSecond) {
            zoneSecond = epochSecond;
            zoneSeconds = utcOffset.applyAsInt(epochSecond);
        }
        long second = Math.floorMod(epochSecond + zoneSeconds, DAY_SECONDS);
        out.padded(second / 3600, 2)
                .add(':')
                .padded(second / 60 % 60, 2)
                .add(':')
                .padded(second % 60, 2);
    }
}
