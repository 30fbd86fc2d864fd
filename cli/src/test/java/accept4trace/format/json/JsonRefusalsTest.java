package accept4trace.format.json;

import static accept4trace.format.json.JsonFormatterTest.HEAD;
import static accept4trace.format.json.JsonFormatterTest.line;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import accept4trace.event.Coverage;
import accept4trace.event.FamilyCoverage;
import accept4trace.event.Losses;
import accept4trace.event.RefusalBuilder;
import accept4trace.event.UnixRefusalBuilder;
import accept4trace.summary.Run;
import accept4trace.summary.Statistics;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class JsonRefusalsTest {
    private static String listeners(Coverage coverage) throws IOException {
        Statistics statistics = new Statistics();
        statistics.add(new RefusalBuilder().decode(), true);
        statistics.add(new RefusalBuilder().decode(), false);
        statistics.add(new UnixRefusalBuilder().decode());
        statistics.setRefusals(new FamilyCoverage(coverage, coverage));
        return line((formatter, text) -> formatter.summary(text, new Run(0, Losses.NONE, 1, statistics), 1));
    }

    @Test
    void refusedConnectionsOfAListener() throws IOException {
        assertTrue(listeners(Coverage.ALL).contains(",\"refused\":1,\"refused_packets\":2,"));
        assertTrue(listeners(Coverage.SOME).contains(",\"refused_at_least\":1,\"refused_packets_at_least\":2,"));
        assertFalse(listeners(Coverage.NONE).contains("refused"));
        assertTrue(listeners(Coverage.ALL).contains(",\"refused\":1,\"wait\""));
        assertTrue(listeners(Coverage.SOME).contains(",\"refused_at_least\":1,\"wait\""));
    }

    /** The number of resets is missing only for listeners whose resets are not seen. */
    @Test
    void resetsOfAListener() throws IOException {
        Statistics statistics = new Statistics();
        statistics.add(new RefusalBuilder().decode(), true);
        statistics.add(new UnixRefusalBuilder().decode());
        statistics.setClosings(new FamilyCoverage(Coverage.ALL, Coverage.NONE));
        String summary = line((formatter, text) -> formatter.summary(text, new Run(0, Losses.NONE, 1, statistics), 1));
        assertEquals(1, summary.split("\"reset\":0", -1).length - 1, summary);
    }

    @Test
    void refusedConnection() throws IOException {
        assertEquals(
                "{\"type\":\"refused\"," + HEAD
                        + "\"time\":\"2026-07-13T10:00:01Z\",\"time_ns\":1783936801000000000,"
                        + "\"listener\":{\"inode\":700,\"family\":2,\"family_name\":\"AF_INET\",\"protocol\":\"TCP\","
                        + "\"local\":{\"address\":\"0.0.0.0\",\"port\":8077}},\"netns\":7,"
                        + "\"local\":{\"address\":\"10.0.0.1\",\"port\":8077},"
                        + "\"remote\":{\"address\":\"10.0.0.9\",\"port\":51100},\"queue\":6,\"queue_max\":5,"
                        + "\"at\":\"syn\",\"packets\":4,\"duration_ns\":3000000000}",
                line((formatter, text) -> formatter.format(text, new RefusalBuilder().attempt(4, 3))));
        assertFalse(line((formatter, text) -> formatter.format(
                        text, new RefusalBuilder().withoutQueue().attempt(1, 0)))
                .contains("queue"));
    }

    @Test
    void refusedUnixClient() throws IOException {
        assertEquals(
                "{\"type\":\"refused\"," + HEAD
                        + "\"time\":\"2026-07-13T10:00:01Z\",\"time_ns\":1783936801000000000,"
                        + "\"listener\":{\"inode\":700,\"family\":1,\"family_name\":\"AF_UNIX\",\"protocol\":\"UNIX-STREAM\","
                        + "\"local\":{\"path\":\"/run/app.sock\"}},\"netns\":7,"
                        + "\"peer_process\":{\"pid\":812,\"uid\":33,\"comm\":\"php\"},\"queue\":6,\"queue_max\":5,"
                        + "\"error\":\"EAGAIN\",\"connects\":4,\"duration_ns\":3000000000}",
                line((formatter, text) -> formatter.format(text, new UnixRefusalBuilder().client(4, 3))));
    }
}
