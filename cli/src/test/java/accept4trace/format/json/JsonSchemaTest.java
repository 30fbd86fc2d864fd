package accept4trace.format.json;

import static accept4trace.format.SampleCalls.*;
import static accept4trace.format.json.JsonFormatterTest.SCHEMA;
import static accept4trace.format.json.JsonFormatterTest.fields;
import static accept4trace.format.json.JsonFormatterTest.line;
import static accept4trace.format.json.JsonFormatterTest.listenerOf;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import accept4trace.capture.CallFilter;
import accept4trace.diagnose.Finding;
import accept4trace.queue.QueueRecords;
import accept4trace.queue.QueueSelection;
import accept4trace.queue.Snapshot;
import accept4trace.summary.Statistics;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** Tests the rules that all records follow, and that the schema and the documents agree with the code. */
class JsonSchemaTest {
    /** Zero and false are known values. Only fields that are unknown or do not apply are missing. */
    @Test
    void onlyUnknownFieldsAreMissing() throws IOException {
        JsonNode unknown = fields(listening().ret(-11));
        for (String name : List.of(
                "wait_ns", "queue", "ahead", "drops", "reset", "addr_mismatch", "peer_racy", "stack", "stack_cut")) {
            assertFalse(unknown.has(name), name);
        }
        JsonNode known =
                fields(tcp().waited(5).queue(0, 511).drops(7).addrlenIn(16).addrlenOut(16));
        assertEquals(0, known.get("queue").asInt());
        assertEquals(0, known.get("ahead").asInt());
        assertEquals(0, known.get("drops").asInt());
        assertEquals(false, known.get("peer_racy").asBoolean());
        assertFalse(known.has("addr_mismatch"), "the address is unreadable");
        assertFalse(fields(unix(PATH, new byte[0])).has("reset"), "AF_UNIX has no resets");
        JsonNode differs = fields(tcp().addrlenIn(16).addrlenOut(16).userAddress(new byte[16]));
        assertEquals(true, differs.get("addr_mismatch").asBoolean());
    }

    @Test
    void endingSaysWhetherThereIsAResult() throws IOException {
        assertEquals("returned", fields(listening().ret(-11)).get("ending").asText());
        JsonNode killed = fields(listening().ret(-512).killed());
        assertEquals("killed", killed.get("ending").asText());
        assertFalse(killed.has("ret"));
        JsonNode missed = fields(listening().exitLost());
        assertEquals("missed", missed.get("ending").asText());
        assertFalse(missed.has("ret") || missed.has("duration_ns"));
        JsonNode trapped = fields(listening().bySeccomp().killed());
        assertFalse(trapped.has("ending") || trapped.has("ret"), trapped::toString);
    }

    /** A bound never has the name of an exact number. */
    @Test
    void boundsHaveTheirOwnNames() throws IOException {
        JsonNode fields = fields(listening().enterUnseen().ret(-11));
        assertEquals(12_345, fields.get("duration_at_least_ns").asInt());
        assertFalse(fields.has("duration_ns"));
        Statistics statistics = new Statistics();
        for (int tgid = 1; tgid <= 100; tgid++) {
            statistics.add(tcp().by(tgid, tgid).decode());
        }
        JsonNode listener = listenerOf(statistics);
        assertEquals(64, listener.get("owner_count_at_least").asInt());
        assertFalse(listener.has("owner_count"));
    }

    @Test
    void queuesHaveTheSameFieldNamesAsOtherRecords() throws IOException {
        Snapshot snapshot =
                Snapshot.ofAll(new QueueSelection(holder -> true, CallFilter.NONE.listener(), -1, List.of()));
        snapshot.add(QueueRecords.unix(0, 1));
        JsonNode queue =
                new ObjectMapper().readTree(line((formatter, text) -> formatter.queues(text, snapshot.queues())));
        assertEquals(9, queue.get("queue_max").asInt());
        assertEquals(1, queue.get("waiting").asInt());
        assertEquals(
                "[{\"peer_process\":{\"pid\":77,\"uid\":0,\"comm\":\"curl\"}}]",
                queue.get("waiting_connections").toString());
    }

    @Test
    void schemaHasEveryKindOfFinding() throws IOException {
        JsonNode properties = new ObjectMapper().readTree(SCHEMA.toFile()).at("/$defs/finding/properties");
        assertEquals(
                Arrays.stream(Finding.Kind.values()).map(Finding.Kind::word).toList(), words(properties, "finding"));
        assertEquals(
                Arrays.stream(Finding.Severity.values())
                        .map(severity -> severity.name().toLowerCase(Locale.ROOT))
                        .toList(),
                words(properties, "severity"));
    }

    @Test
    void documentsNameTheVersion() throws IOException {
        assertTrue(Files.readString(Path.of("..", "man", "accept4-trace.8"))
                .contains("\nis the version, " + JsonFormatter.SCHEMA + ";"));
        assertTrue(Files.readString(Path.of("..", "CHANGELOG.md"))
                .contains("JSON has schema " + JsonFormatter.SCHEMA + "."));
    }

    private static List<String> words(JsonNode properties, String name) {
        List<String> words = new ArrayList<>();
        properties.get(name).get("enum").forEach(word -> words.add(word.asText()));
        return words;
    }
}
