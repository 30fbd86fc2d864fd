package accept4trace.options;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TimeOptionsTest {
    @ParameterizedTest
    @CsvSource({"0, 0", "1, 1000000000", "1.5s, 1500000000", "0.25ms, 250000", "7us, 7000", "1.5h, 5400000000000"})
    void timesHaveUnitsAndFractions(String text, long ns) throws Exception {
        assertEquals(ns, Arguments.parse("--duration", text, "--all").session().durationNs());
    }

    /** A time of less than a nanosecond is rounded up to one nanosecond. */
    @Test
    void noTimeIsRoundedToZero() throws Exception {
        assertEquals(
                1,
                Arguments.parse("--min-wait=0.0000000001", "--all")
                        .selection()
                        .filter()
                        .minWaitNs());
    }
}
