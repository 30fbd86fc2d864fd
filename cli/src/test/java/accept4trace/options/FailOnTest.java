package accept4trace.options;

import static org.junit.jupiter.api.Assertions.assertEquals;

import accept4trace.diagnose.Finding;
import accept4trace.diagnose.Finding.Kind;
import accept4trace.diagnose.Finding.Severity;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FailOnTest {
    @ParameterizedTest
    @CsvSource({
        "any, REFUSED, FAILURE, true",
        "any, FILLING, NOTE, false",
        "queue, REFUSED, FAILURE, true",
        "queue, FILLING, NOTE, true",
        "queue, SLOW, DELAY, false",
        "refused, FILLING, NOTE, false",
        "'filling,herd', FILLING, NOTE, true"
    })
    void matchesFindings(String words, Kind kind, Severity severity, boolean matches) throws Exception {
        Finding finding = new Finding(kind, severity, null, List.of(), "", "", Map.of());
        assertEquals(matches, FailOn.parse(words).matches(finding));
    }
}
