package accept4trace.format;

import static accept4trace.format.SampleCalls.*;
import static org.junit.jupiter.api.Assertions.assertEquals;

import accept4trace.event.Losses;
import accept4trace.event.RecordBuilder;
import accept4trace.format.json.JsonFormatter;
import accept4trace.format.tables.SortKey;
import accept4trace.format.tables.SummaryText;
import accept4trace.summary.Run;
import accept4trace.summary.Statistics;
import accept4trace.text.Text;
import accept4trace.text.Units;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.function.BiConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests that text and JSON show the same times for the same events, to the last digit that text shows. */
class SameNumbersTest {
    private static final long MILLI = 1_000_000;
    private static final JsonFormatter.Origin ORIGIN = new JsonFormatter.Origin("web1", "00000000-1111");

    private static JsonNode json(BiConsumer<JsonFormatter, Text> record) throws IOException {
        Text text = new Text();
        record.accept(new JsonFormatter(ORIGIN, DETAILS, CLOCK), text);
        return new ObjectMapper().readTree(text.toString());
    }

    private static Stream<RecordBuilder> calls() {
        return Stream.of(
                tcp().waited(4_100_999).queue(3, 511).endedAt(1_000_012_345L).acceptedAt(1_000_000_001L),
                tcp6().waited(59_999_999_999L)
                        .queue(0, 7)
                        .endedAt(63_999_999_999L)
                        .acceptedAt(2_000_000_000L),
                unix(PATH, new byte[0]).waited(999).queue(1, 11).acceptedAt(1_000_000_500L));
    }

    @ParameterizedTest
    @MethodSource("calls")
    void formatsAgreeOnTheTimesOfACall(RecordBuilder call) throws IOException {
        TextOptions verbose = new TextOptions(true, true, TextOptions.DEFAULT.fds(), Times.DURATIONS, 0, true, false);
        String line = format(call, verbose, Text.Style.PLAIN_ASCII);
        JsonNode fields = json((formatter, text) -> formatter.format(text, call.decode()));
        assertEquals(found(" <(\\d+\\.\\d{6})>", line), seconds(fields.get("duration_ns")));
        assertEquals(found(" wait=(\\d+\\.\\d{6})", line), seconds(fields.get("wait_ns")));
        assertEquals(found(" wake=(\\d+\\.\\d{6})", line), seconds(fields.get("wake_ns")));
    }

    /** Text has a resolution of one microsecond. */
    private static String seconds(JsonNode nanos) {
        long micros = nanos.asLong() / 1000;
        return String.format(Locale.ROOT, "%d.%06d", micros / 1_000_000, micros % 1_000_000);
    }

    private static String found(String pattern, String text) {
        Matcher matcher = Pattern.compile(pattern).matcher(text);
        return matcher.find() ? matcher.group(1) : text;
    }

    @Test
    void formatsAgreeOnTheTimesOfASummary() throws IOException {
        Statistics statistics = new Statistics();
        for (int i = 1; i <= 1000; i++) {
            statistics.add(tcp().waited(i * MILLI)
                    .endedAt(1_000_000_000L + i * 12_345L)
                    .decode());
        }
        Run run = new Run(statistics.callCount(), Losses.NONE, 10_000 * MILLI, statistics);
        Text tables = new Text(Text.Style.PLAIN_ASCII);
        new SummaryText(DETAILS, CLOCK, SortKey.TIME, 60, List.of()).append(tables, run);
        JsonNode summary = json((formatter, text) -> formatter.summary(text, run, 5));
        JsonNode wait = summary.get("wait");
        assertEquals(
                times(wait),
                found("in the accept queue +1,000  (.*)", tables.toString()).replaceAll(" +", " "));
        assertEquals(times(summary.at("/listeners/0/wait")), times(wait));
        JsonNode call = summary.at("/syscalls/0/duration");
        assertEquals(
                times(call),
                found("in accept4 +1,000  (.*)", tables.toString()).strip().replaceAll(" +", " "));
        assertEquals(
                String.format(Locale.ROOT, "%.6f", call.get("sum_ns").asLong() / 1e9),
                found("100\\.00 +(\\d+\\.\\d{6})", tables.toString()));
    }

    private static String times(JsonNode latency) {
        return Stream.of("p50_ns", "p90_ns", "p99_ns", "max_ns")
                .map(name -> Units.duration(latency.get(name).asLong(), false))
                .collect(Collectors.joining(" "));
    }
}
