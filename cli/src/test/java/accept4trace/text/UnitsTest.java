package accept4trace.text;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UnitsTest {
    @ParameterizedTest
    @CsvSource({
        "0, 0.0us",
        "38_000, 38us",
        "999_499, 999us",
        "999_500, 1.0ms",
        "999_999, 1.0ms",
        "1_000_000, 1.0ms",
        "999_499_999, 999ms",
        "999_999_999, 1.0s",
        "999_000_000_000, 999s",
        "999_600_000_000, 17min",
        "18_000_000_000_000, 300min",
        "360_000_000_000_000, 100h"
    })
    void durationUsesTheLargestUnit(String nanos, String shown) {
        assertEquals(shown, Units.duration(Long.parseLong(nanos.replace("_", "")), false));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"'' | ''", "a | a", "a b | a and b", "a b c | a, b and c"})
    void listEndsWithAnd(String names, String shown) {
        assertEquals(shown, Units.list(names.isEmpty() ? List.of() : List.of(names.split(" "))));
    }
}
