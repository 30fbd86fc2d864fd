package accept4trace.summary;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class LatencyTest {
    private static Latency of(long... nanos) {
        Latency latency = new Latency();
        for (long ns : nanos) {
            latency.add(ns);
        }
        return latency;
    }

    @Test
    void longTimesAreNotTruncated() {
        long hours = 5 * 3_600_000_000_000L;
        Latency latency = of(1_000, hours);
        assertEquals(hours, latency.maxNs());
        assertEquals(hours, latency.percentileNs(99));
        assertEquals(hours + 1_000, latency.sumNs());
        assertEquals(Long.MAX_VALUE, of(Long.MAX_VALUE).percentileNs(50));
    }

    @Test
    void maximumIsExact() {
        Latency latency = of(1_000_001, 123_456_789);
        assertEquals(123_456_789, latency.maxNs());
        assertEquals(123_456_789, latency.percentileNs(100));
        assertEquals(1_000_001, latency.percentileNs(0) / 1000 * 1000 + 1, 8_000);
    }

    @Test
    void noPercentileWithoutTimes() {
        assertEquals(-1, of().percentileNs(50));
    }

    @Test
    void percentilesAreExactToTwoDigits() {
        Latency latency = new Latency();
        for (int i = 1; i <= 100_000; i++) {
            latency.add(i * 1_000L);
        }
        for (int percent = 1; percent <= 100; percent++) {
            assertEquals(percent * 1_000_000.0, latency.percentileNs(percent), percent * 10_000.0);
        }
        assertFalse(latency.isCoarse());
    }

    @Test
    void isCoarseWithoutMemory() {
        Latency latency = new Latency(new Budget(0));
        for (long ns = 1; ns < 1L << 60; ns *= 3) {
            latency.add(ns);
        }
        assertTrue(latency.isCoarse());
        assertEquals(38, latency.count());
        assertEquals(38, latency.countBetween(0, Long.MAX_VALUE));
        assertTrue(latency.percentileNs(50) <= latency.percentileNs(90));
        assertEquals(latency.maxNs(), latency.percentileNs(100));
    }

    /** Some of these values are equal if they are rounded to two digits. */
    @Test
    void valuesNearABoundAreCountedOnce() {
        Latency latency = of(1_000_000, 1_000_001, 1_000_100, 999_000, 500_000);
        assertEquals(5, latency.countBetween(0, 1_000_000) + latency.countBetween(1_000_000, 10_000_000));
        assertEquals(1, latency.countBetween(0, 900_000));
        assertEquals(4, latency.countBetween(900_000, 10_000_000));
    }

    @Test
    void countsOfRangesAddUp() {
        Latency latency = of(0, 1, 63, 64, 65, 255, 256, 257, 999, 1_000, 1_001, 4_095, 4_096, 4_097, 1L << 50);
        long sum = 0;
        for (long from = 0, below = 1; from < 1L << 60; from = below, below *= 4) {
            sum += latency.countBetween(from, below);
        }
        assertEquals(latency.count(), sum);
    }

    @Test
    void anHourOrMoreIsInTheLastRange() {
        Latency latency = of(3_600_000_000_000L, 7_200_000_000_000L, 1);
        assertEquals(2, latency.countBetween(3_600_000_000_000L, Long.MAX_VALUE));
        assertEquals(1, latency.countBetween(0, 3_600_000_000_000L));
    }
}
