package accept4trace.format.json;

import static accept4trace.event.SampleLosses.losses;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import accept4trace.event.Losses;
import accept4trace.event.RecordBuilder;
import accept4trace.event.RefusalBuilder;
import accept4trace.event.RefusalDecoder;
import accept4trace.event.RefusedAttempt;
import accept4trace.event.UnixRefusalBuilder;
import accept4trace.fake.NoDetails;
import accept4trace.summary.Run;
import accept4trace.text.Text;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class PerfettoFormatterTest {
    private static final int FIRST_LISTENER = 1 << 30;
    private final PerfettoFormatter formatter = new PerfettoFormatter(NoDetails.NONE);
    private final Text out = new Text();

    private static RecordBuilder call() {
        return new RecordBuilder()
                .tcpListener(new byte[4], 8080)
                .tcpPeer(new byte[] {10, 0, 0, 1}, 8080, new byte[] {10, 0, 0, 9}, 52_684)
                .beganAt(1_000_000_000L)
                .endedAt(1_000_012_345L)
                .acceptedAt(1_000_011_000L)
                .waited(20_000)
                .queue(3, 511)
                .ret(7);
    }

    /** Returns the events without those that name tracks, after checking that the whole is valid JSON. */
    private List<String> events() throws IOException {
        formatter.summary(out, new Run(1, Losses.NONE, 1, null), 5);
        JsonNode array = new ObjectMapper().readTree(out.toString());
        assertTrue(array.isArray());
        List<String> lines = out.toString().lines().toList();
        assertEquals(array.size(), lines.size() - 2);
        return lines.subList(1, lines.size() - 1).stream()
                .map(line -> line.replaceFirst(",$", ""))
                .filter(line -> !line.startsWith("{\"ph\":\"M\""))
                .toList();
    }

    @Test
    void callIsASliceOfItsThreadAndWaitIsASliceOfItsListener() throws IOException {
        formatter.tick(out, 1);
        formatter.format(out, call().decode());
        formatter.format(out, call().decode());
        String listener = ",\"pid\":" + FIRST_LISTENER + ",\"tid\":" + FIRST_LISTENER;
        List<String> events = events();
        assertEquals(
                List.of(
                        "{\"ph\":\"X\",\"name\":\"accept4\",\"ts\":1000000.000,\"pid\":1234,\"tid\":1235,\"dur\":12.345,"
                                + "\"args\":{\"fd\":6,\"listener\":\"TCP 0.0.0.0:8080\",\"result\":7,"
                                + "\"peer\":\"10.0.0.9:52684\",\"wait_ns\":20000,\"queue\":3,\"queue_max\":511}}",
                        "{\"ph\":\"b\",\"name\":\"wait\",\"ts\":999991.000" + listener
                                + ",\"cat\":\"wait\",\"id\":\"1\",\"args\":{\"peer\":\"10.0.0.9:52684\"}}",
                        "{\"ph\":\"e\",\"name\":\"wait\",\"ts\":1000011.000" + listener
                                + ",\"cat\":\"wait\",\"id\":\"1\"}",
                        "{\"ph\":\"C\",\"name\":\"queue\",\"ts\":1000012.345" + listener
                                + ",\"args\":{\"waiting\":3}}"),
                events.subList(0, 4));
        assertEquals(7, events.size(), "an unchanged queue is not repeated");
    }

    /** A viewer gives each name of an asynchronous slice its own row. */
    @Test
    void overlappingSlicesOfAllPeersShareTheirNamesButNotTheirIds() throws IOException {
        formatter.tick(out, 1);
        for (int port = 50_000; port < 50_010; port++) {
            RecordBuilder call = call().tcpPeer(new byte[] {10, 0, 0, 1}, 8080, new byte[] {10, 0, 0, 9}, port);
            formatter.format(out, call.decode());
            formatter.format(out, call.waited(2_000_000).gaveUp().decodeGivenUp());
        }
        List<JsonNode> slices = asynchronous(events());
        assertEquals(Set.of("wait", "gave up"), values(slices, "/name"));
        assertEquals(10, values(slices, "/args/peer").size());
        assertEquals(20, values(slices, "/id").size());
        for (int i = 0; i < slices.size(); i += 2) {
            JsonNode begin = slices.get(i);
            JsonNode end = slices.get(i + 1);
            assertEquals("b e", begin.at("/ph").asText() + " " + end.at("/ph").asText());
            assertEquals(begin.at("/id"), end.at("/id"));
            assertEquals(begin.at("/name"), end.at("/name"));
        }
    }

    private static List<JsonNode> asynchronous(List<String> events) throws IOException {
        List<JsonNode> slices = new ArrayList<>();
        for (String event : events) {
            JsonNode node = new ObjectMapper().readTree(event);
            if (node.at("/cat").asText().equals("wait")) {
                slices.add(node);
            }
        }
        return slices;
    }

    private static Set<String> values(List<JsonNode> events, String path) {
        return events.stream()
                .map(event -> event.at(path))
                .filter(JsonNode::isTextual)
                .map(JsonNode::asText)
                .collect(Collectors.toSet());
    }

    @Test
    void clientThatGaveUpAfterAnUnknownWaitIsAnInstant() throws IOException {
        formatter.tick(out, 1);
        formatter.format(
                out,
                new RecordBuilder()
                        .tcpListener(new byte[4], 8080)
                        .tcpPeer(new byte[] {10, 0, 0, 1}, 8080, new byte[] {10, 0, 0, 9}, 52_684)
                        .gaveUp()
                        .decodeGivenUp());
        String event = events().get(0);
        assertTrue(event.startsWith("{\"ph\":\"i\",\"name\":\"gave up\""), event);
        assertTrue(event.endsWith("\"s\":\"p\",\"args\":{\"peer\":\"10.0.0.9:52684\"}}"), event);
    }

    @Test
    void everyTrackHasAName() {
        formatter.tick(out, 1);
        formatter.format(out, call().threadComm("worker").processComm("nginx").decode());
        List<String> names = out.toString()
                .lines()
                .filter(line -> line.startsWith("{\"ph\":\"M\""))
                .map(line -> line.replaceFirst(",$", ""))
                .toList();
        assertEquals(
                List.of(
                        "{\"ph\":\"M\",\"name\":\"process_name\",\"ts\":0.000,\"pid\":1073741823,\"tid\":0,"
                                + "\"args\":{\"name\":\"accept4-trace\"}}",
                        "{\"ph\":\"M\",\"name\":\"process_name\",\"ts\":0.000,\"pid\":1234,\"tid\":1234,"
                                + "\"args\":{\"name\":\"nginx\"}}",
                        "{\"ph\":\"M\",\"name\":\"thread_name\",\"ts\":0.000,\"pid\":1234,\"tid\":1235,"
                                + "\"args\":{\"name\":\"worker\"}}",
                        "{\"ph\":\"M\",\"name\":\"process_name\",\"ts\":0.000,\"pid\":1073741824,\"tid\":1073741824,"
                                + "\"args\":{\"name\":\"listener TCP 0.0.0.0:8080\"}}"),
                names);
    }

    @Test
    void callWithoutTimesIsAnInstant() throws IOException {
        formatter.tick(out, 1);
        formatter.format(out, call().enterLost().decode());
        assertTrue(events().get(0)
                .startsWith("{\"ph\":\"i\",\"name\":\"accept4\",\"ts\":1000012.345,\"pid\":1234,\"tid\":1235,"
                        + "\"s\":\"t\",\"args\":{\"fd\":6,"));
    }

    @Test
    void failedCallIsNamedByItsError() throws IOException {
        formatter.tick(out, 1);
        formatter.format(out, new RecordBuilder().fd(-1).ret(-9).decode());
        assertTrue(events().get(0).startsWith("{\"ph\":\"X\",\"name\":\"accept4 EBADF\""));
    }

    @Test
    void refusalsLossesAndEndsAreInstants() throws IOException {
        formatter.tick(out, 1);
        formatter.format(
                out,
                new RefusedAttempt(
                        RefusalDecoder.decode(new RefusalBuilder().build(), 0), true, false, 4, 1_000_000_000L));
        formatter.format(out, new RecordBuilder().processExit(9).decodeExit());
        formatter.lost(out, losses(5), 7000);
        List<String> events = events();
        assertEquals(
                "{\"ph\":\"i\",\"name\":\"refused 10.0.0.9:51100\",\"ts\":1000000.000,\"pid\":1073741824,"
                        + "\"tid\":1073741824,\"s\":\"p\",\"args\":{\"at\":\"syn\",\"packets\":4,\"queue\":6,"
                        + "\"queue_max\":5}}",
                events.get(0));
        assertTrue(events.get(1).contains("\"name\":\"killed by SIGKILL\""), events.get(1));
        assertEquals(
                "{\"ph\":\"i\",\"name\":\"5 events lost so far\",\"ts\":7.000,\"pid\":1073741823,\"tid\":1073741823,"
                        + "\"s\":\"g\",\"args\":{}}",
                events.get(2));
    }

    @Test
    void refusedUnixClientsAreInstants() throws IOException {
        formatter.tick(out, 1);
        formatter.format(out, new UnixRefusalBuilder().client(4, 3));
        assertEquals(
                "{\"ph\":\"i\",\"name\":\"refused php[812]\",\"ts\":1000000.000,\"pid\":1073741824,"
                        + "\"tid\":1073741824,\"s\":\"p\",\"args\":{\"error\":\"EAGAIN\",\"connects\":4,\"queue\":6,"
                        + "\"queue_max\":5}}",
                events().get(0));
    }

    @Test
    void closedListenersAndClientsThatGaveUpAreShown() throws IOException {
        formatter.tick(out, 1);
        formatter.format(out, call().waited(2_000_000).gaveUp().decodeGivenUp());
        formatter.format(out, call().closed(6, 1, 0, true).decodeClosing());
        List<String> events = events();
        assertTrue(events.get(0).startsWith("{\"ph\":\"b\",\"name\":\"gave up\""), events.get(0));
        assertTrue(events.get(0).endsWith("\"args\":{\"peer\":\"10.0.0.9:52684\"}}"), events.get(0));
        assertTrue(events.get(2).startsWith("{\"ph\":\"i\",\"name\":\"closed by nginx[1234]\""), events.get(2));
        assertTrue(events.get(2).endsWith("\"args\":{\"reset\":6,\"migrated\":1,\"half_open\":0}}"), events.get(2));
    }
}
