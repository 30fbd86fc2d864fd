package accept4trace.summary;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class LatencyTest {
    private static Latency of(long... nanos) {
        Latency latency = new Latency();
        for (long ns : nanos) {
            latency.add(ns);
        }
        return latency;
    }

    /** To two digits these are one number. */
    @Test
    void whatIsNearABoundIsCountedOnce() {
        Latency latency = of(1_000_000, 1_000_001, 1_000_100, 999_000, 500_000);
        assertEquals(5, latency.countBetween(0, 1_000_000) + latency.countBetween(1_000_000, 10_000_000));
        assertEquals(1, latency.countBetween(0, 900_000));
        assertEquals(4, latency.countBetween(900_000, 10_000_000));
    }

    @Test
    void partsComeToTheWhole() {
        Latency latency = of(0, 1, 63, 64, 65, 255, 256, 257, 999, 1_000, 1_001, 4_095, 4_096, 4_097, 1L << 50);
        long sum = 0;
        for (long from = 0, below = 1; from < 1L << 60; from = below, below *= 4) {
            sum += latency.countBetween(from, below);
        }
        assertEquals(latency.count(), sum);
    }

    @Test
    void whatTookAnHourOrMoreIsAboveAllElse() {
        Latency latency = of(3_600_000_000_000L, 7_200_000_000_000L, 1);
        assertEquals(2, latency.countBetween(3_600_000_000_000L, Long.MAX_VALUE));
        assertEquals(1, latency.countBetween(0, 3_600_000_000_000L));
    }
}
