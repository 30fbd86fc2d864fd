package accept4trace.format.tables;

import static accept4trace.format.SampleCalls.*;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import accept4trace.event.Coverage;
import accept4trace.event.FamilyCoverage;
import accept4trace.event.ListenerFd;
import accept4trace.event.ListenerHolder;
import accept4trace.event.RecordBuilder;
import accept4trace.event.RefusalBuilder;
import accept4trace.event.UnixRefusalBuilder;
import accept4trace.summary.QueueNow;
import accept4trace.summary.Statistics;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Tests the table of listeners in a summary. */
class SummaryListenersTest {
    private static final long MILLI = 1_000_000;

    private final Statistics statistics = new Statistics();

    /** A listener that refuses connections, and accepts none, has a row, too. */
    @Test
    void refusedConnectionsAreCounted() {
        statistics.add(new RefusalBuilder().decode(), true);
        statistics.add(new RefusalBuilder().decode(), false);
        assertEquals("-", refused());
        statistics.setRefusals(new FamilyCoverage(Coverage.SOME, Coverage.NONE));
        assertEquals(">=1", refused());
        statistics.setRefusals(new FamilyCoverage(Coverage.ALL, Coverage.NONE));
        assertEquals("1", refused());
    }

    @Test
    void refusedUnixClientsAreCounted() {
        statistics.add(new UnixRefusalBuilder().decode());
        statistics.add(new UnixRefusalBuilder().decode());
        statistics.setRefusals(new FamilyCoverage(Coverage.ALL, Coverage.NONE));
        assertEquals("-", refused());
        statistics.setRefusals(new FamilyCoverage(Coverage.ALL, Coverage.SOME));
        assertEquals(">=2", refused());
    }

    @Test
    void resetsOfClosedListenersHaveAColumn() {
        statistics.add(tcp().queue(7, 511).closed(6, 0, 0, false).decodeClosing());
        waits(unix(PATH, new byte[0]), new QueueNow(1, 5, 1_000 * MILLI, true), 7);
        statistics.setClosings(new FamilyCoverage(Coverage.ALL, Coverage.NONE));
        assertEquals(
                """
                listener                         conns/s  queue now/high/limit  oldest  refused  reset  drops  wait p50  p90  p99  max  owners
                UNIX-STREAM 700,"/run/app.sock"    0.0/s                 1/1/5  >=1.0s        -      -      -         -    -    -    -  s[7]
                TCP 0.0.0.0:443                    0.0/s                     -       -        -      6      -         -    -    -    -  -
                """
                        .lines()
                        .toList(),
                listeners(statistics));
    }

    /** A refusal or a snapshot only knows the address family and the type of the socket. */
    @Test
    void rowHasTheSameProtocolWithAndWithoutCalls() {
        statistics.add(new UnixRefusalBuilder().decode());
        assertTrue(listeners(statistics).get(1).startsWith("UNIX-STREAM 700,\"/run/app.sock\" "));
        statistics.add(unix("/run/app.sock\0".getBytes(StandardCharsets.UTF_8), new byte[0])
                .decode());
        List<String> rows = listeners(statistics);
        assertTrue(rows.get(1).startsWith("UNIX-STREAM 700,\"/run/app.sock\" "), rows::toString);
        assertEquals(2, rows.size());
    }

    private String refused() {
        List<String> rows = listeners(statistics);
        assertTrue(
                rows.get(1).matches("(TCP 0.0.0.0:8077|UNIX-STREAM 700,\"/run/app.sock\") +0.0/s +-/6/5 .*"),
                rows::toString);
        return rows.get(1).strip().split(" +")[5];
    }

    private void waits(RecordBuilder listener, QueueNow now, int... holders) {
        ListenerFd fd = listener.decode().listener();
        List<ListenerHolder> all = IntStream.of(holders)
                .mapToObj(tgid -> new ListenerHolder(tgid, 3, 0, new byte[] {'s'}))
                .toList();
        statistics.setQueue(fd.requireSocket(), 1, now, all);
    }

    private static List<String> listeners(Statistics of) {
        return SummaryTextTest.rows("listener ", of);
    }

    /** Nothing is accepted from the second socket of the group, which a single row for the address would hide. */
    @Test
    void membersOfAGroupHaveTheirOwnRows() {
        for (int i = 0; i < 5; i++) {
            statistics.add(tcp().by(20 + i % 2, 20 + i % 2)
                    .waited(MILLI)
                    .queue(1, 511)
                    .listenerInode(1)
                    .decode());
        }
        waits(tcp().listenerInode(1), new QueueNow(0, 511, -1, false), 19, 20, 21);
        waits(tcp().listenerInode(2), new QueueNow(7, 511, 12_400 * MILLI, false), 19, 20, 21, 22, 23);
        assertEquals(
                """
                listener         conns/s  queue now/high/limit  oldest  refused  drops  wait p50    p90    p99    max  owners
                TCP 0.0.0.0:443    0.0/s               7/7/511     12s        -      -         -      -      -      -  s[19], s[20], s[21] and 2 more
                TCP 0.0.0.0:443    0.5/s               0/1/511       -        -      -     1.0ms  1.0ms  1.0ms  1.0ms  nginx[20], nginx[21]
                """
                        .lines()
                        .toList(),
                listeners(statistics));
    }

    @Test
    void waitingClientsAreShownWithoutACall() {
        waits(unix(PATH, new byte[0]), new QueueNow(1, 5, 1_000 * MILLI, true), 7);
        waits(tcp(), new QueueNow(2, 4, -1, false), 7);
        waits(tcp6(), new QueueNow(0, 4, -1, false), 7);
        assertEquals(
                """
                listener                         conns/s  queue now/high/limit  oldest  refused  drops  wait p50  p90  p99  max  owners
                UNIX-STREAM 700,"/run/app.sock"    0.0/s                 1/1/5  >=1.0s        -      -         -    -    -    -  s[7]
                TCP 0.0.0.0:443                    0.0/s                 2/2/4       -        -      -         -    -    -    -  s[7]
                """
                        .lines()
                        .toList(),
                listeners(statistics));
    }

    @Test
    void waitingClientsOfHiddenListenersAreAdded() {
        for (int i = 1; i <= 12; i++) {
            waits(tcp().listenerInode(i), new QueueNow(i, 20, i * MILLI, false), 7);
        }
        List<String> rows = listeners(statistics);
        assertTrue(rows.get(1).startsWith("TCP 0.0.0.0:443    0.0/s              12/12/20    12ms "), rows::toString);
        assertEquals("2 others           0.0/s                     3", rows.get(11));
    }
}
