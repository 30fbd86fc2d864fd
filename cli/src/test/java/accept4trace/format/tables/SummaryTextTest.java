package accept4trace.format.tables;

import static accept4trace.event.SampleLosses.losses;
import static accept4trace.format.SampleCalls.*;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import accept4trace.event.EventDecoder;
import accept4trace.event.EventLayout.Syscall;
import accept4trace.event.EventLayout.Via;
import accept4trace.event.Losses;
import accept4trace.event.RecordBuilder;
import accept4trace.summary.Run;
import accept4trace.summary.Statistics;
import accept4trace.text.Text;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SummaryTextTest {
    private static final long MILLI = 1_000_000;
    private static final List<String> TRACED = List.of("accept4", "accept");

    private final Statistics statistics = new Statistics();

    private void add(RecordBuilder record) {
        statistics.add(record.decode());
    }

    private String text(SortKey key, Text.Style style) {
        Text text = new Text(style);
        Run run = new Run(statistics.callCount(), losses(1, 0, 0, 0, 0, 0, 0), 10_000 * MILLI, statistics);
        new SummaryText(DETAILS, CLOCK, key, 60, TRACED).append(text, run);
        return text.toString();
    }

    @Test
    void completeSummary() {
        for (int i = 0; i < 3; i++) {
            add(tcp().waited((i + 1L) * 10 * MILLI).queue(i, 511));
        }
        add(listening().ret(-11));
        add(unix(PATH, new byte[0]).peerTask(77, 1000, "cl>ient"));
        assertEquals(
                """
                accept4 of 1 process, 10.0 s: 5 calls (0.5/s), 4 connections (0.4/s), 1 empty, 0 errors, 1 event lost

                % time     seconds  usecs/call     calls    errors     empty syscall
                ------ ----------- ----------- --------- --------- --------- ----------------
                100.00    0.000062          12         5                   1 accept4
                ------ ----------- ----------- --------- --------- --------- ----------------
                100.00    0.000062          12         5                   1 total

                time                 count   p50   p90   p99   max
                in accept4               5  12us  12us  12us  12us
                in the accept queue      3  20ms  30ms  30ms  30ms

                listener                         conns/s  queue now/high/limit  oldest  refused  drops  wait p50   p90   p99   max  owners
                TCP 0.0.0.0:443                    0.3/s               -/2/511       -        -      -      20ms  30ms  30ms  30ms  nginx[1234]
                UNIX-STREAM 700,"/run/app.sock"    0.1/s                     -       -        -      -         -     -     -     -  nginx[1234]

                peer                conns  share     first      last
                10.0.0.9                3  75.0%  12:00:01  12:00:01
                cl\\76ient uid 1000      1  25.0%  12:00:01  12:00:01

                worker       conns   share  calls  empty
                nginx[1234]      4  100.0%      5  20.0%

                wait in the accept queue
                  < 16ms    ############### 1
                  < 66ms    ############################## 2

                flags                       calls  share
                SOCK_CLOEXEC|SOCK_NONBLOCK      3  60.0%
                0                               2  40.0%
                """,
                text(SortKey.TIME, Text.Style.PLAIN_ASCII));
    }

    private List<String> workers() {
        return text(SortKey.TIME, Text.Style.PLAIN_ASCII)
                .lines()
                .dropWhile(line -> !line.startsWith("worker "))
                .takeWhile(line -> !line.isEmpty())
                .toList();
    }

    /** A process is split into threads only if several of its threads accept. */
    @Test
    void workersAreThreadsIfSeveralAccept() {
        for (int i = 0; i < 6; i++) {
            add(tcp().by(20, i == 0 ? 21 : 22));
            add(tcp().by(30, 31));
        }
        add(listening().by(20, 21).ret(-11));
        add(tcp().by(20, 20).via(Via.IO_URING));
        add(tcp().by(30, 31).via(Via.IO_URING));
        assertEquals(
                """
                worker            conns  share  calls  empty
                nginx[30]             7  50.0%      7   0.0%
                nginx[20/22]          5  35.7%      5   0.0%
                nginx[20/21]          1   7.1%      2  50.0%
                nginx[20/others]      1   7.1%      1   0.0%
                """
                        .lines()
                        .toList(),
                workers());
    }

    @Test
    void numberOfThreadsWithRowsIsLimited() {
        for (int tid = 1; tid <= 2000; tid++) {
            add(tcp().by(20, tid));
        }
        List<String> rows = workers();
        assertEquals("nginx[20/others]    976  48.8%    976   0.0%", rows.get(1));
        assertEquals("1,015 others      1,015  50.8%              ", rows.get(11));
    }

    /** The terminal has 60 columns. Only names become shorter. The rest of the table keeps its width. */
    @Test
    void longSocketNamesAreShortened() {
        String path = "/run/a-rather-long-folder/of-some-application/php8.2-fpm.sock";
        add(unix(ascii(path), ascii(path)).peerTask(77, 33, "client"));
        String text = text(SortKey.TIME, Text.Style.PLAIN_ASCII);
        assertTrue(text.contains("\n\"/run/a-rather-..hp8.2-fpm.sock\"    0.1/s "), text);
        assertTrue(text.contains("\n\"/run/a-rath..2-fpm.sock\" uid 33      1  100.0%  12:00:01  12:00:01\n"), text);
    }

    /** Without any calls, the first line names the system calls that are traced. */
    @Test
    void noCalls() {
        assertEquals(
                "accept4 and accept of 0 processes, 10.0 s: 0 calls (0.0/s), 0 connections (0.0/s), 0 empty, 0 errors,"
                        + " 1 event lost\n",
                text(SortKey.TIME, Text.Style.PLAIN_ASCII));
    }

    @Test
    void headlineNamesTheCallsThatWereSeen() {
        add(tcp());
        add(tcp().syscall(Syscall.ACCEPT));
        String text = text(SortKey.TIME, Text.Style.PLAIN_ASCII);
        assertTrue(text.startsWith("accept4 and accept of 1 process, 10.0 s: 2 calls "), text);
    }

    /** If a call began before the trace, only its result is known. */
    @Test
    void unknownTimesAreDashes() {
        add(listening().enterUnseen().ret(-11));
        String text = text(SortKey.TIME, Text.Style.PLAIN_ASCII);
        assertTrue(text.contains("\n     -           -           -         1                   1 accept4\n"), text);
        assertTrue(text.contains("\n     -           -           -         1                   1 total\n"), text);
    }

    @Test
    void utf8OnSuitableTerminals() {
        add(tcp().waited(10_000).queue(0, 511));
        String text = text(SortKey.TIME, new Text.Style(true, false));
        assertTrue(text.contains("\u00b5s") && text.contains("\u2588"), text);
        assertTrue(StandardCharsets.US_ASCII.newEncoder().canEncode(text(SortKey.TIME, Text.Style.PLAIN_ASCII)));
    }

    @Test
    void peersHaveHostNames() {
        add(listening().ret(9).tcpPeer(SERVER4, 443, NAMED4, 5000));
        String text = text(SortKey.TIME, Text.Style.PLAIN_ASCII);
        assertTrue(text.contains("\n10.0.0.77 client.example      1  100.0%"), text);
    }

    @Test
    void unixClientsAreGroupedByNameAndUser() {
        byte[] unbound = {};
        for (int i = 0; i < 5; i++) {
            add(unix(PATH, unbound).peerTask(77 + i, 33, "php-fpm"));
        }
        for (int i = 0; i < 4; i++) {
            add(unix(PATH, ascii("\0agent")).peerTask(77 + i, 33, "php-fpm"));
        }
        for (int i = 0; i < 3; i++) {
            add(unix(PATH, unbound).peerTask(77, 34, "php-fpm"));
        }
        for (int i = 0; i < 2; i++) {
            add(unix(PATH, unbound).peerTask(77 + i, 33, ""));
        }
        add(unix(PATH, unbound));
        assertEquals(
                """
                peer                   conns  share     first      last
                php-fpm uid 33             5  33.3%  12:00:01  12:00:01
                @"agent" uid 33            4  26.7%  12:00:01  12:00:01
                php-fpm uid 34             3  20.0%  12:00:01  12:00:01
                <unknown> uid 33           2  13.3%  12:00:01  12:00:01
                <unknown> uid unknown      1   6.7%  12:00:01  12:00:01
                """
                        .lines()
                        .toList(),
                rows("peer ", statistics));
    }

    @Test
    void peersBelowTheTopTenAreCountedTogether() {
        for (int i = 0; i < 25; i++) {
            add(listening().ret(9).tcpPeer(SERVER4, 443, new byte[] {10, 0, 1, (byte) i}, 5000));
        }
        String text = text(SortKey.TIME, Text.Style.PLAIN_ASCII);
        assertTrue(text.contains("\n15 others     15  60.0%"), text);
    }

    @Test
    void singularForOneOther() {
        for (int i = 0; i < 11; i++) {
            add(listening().ret(9).tcpPeer(SERVER4, 443, new byte[] {10, 0, 1, (byte) i}, 5000));
        }
        String text = text(SortKey.TIME, Text.Style.PLAIN_ASCII);
        assertTrue(text.matches("(?s).*\n1 other +1 +9\\.1% .*"), text);
    }

    @Test
    void fullTablesAreMarked() {
        Statistics small = new Statistics(2_000);
        for (int i = 0; i < 100; i++) {
            byte[] client = {10, 0, 1, (byte) i};
            small.add(new RecordBuilder()
                    .by(2_000 + i, 2_000 + i)
                    .tcpListener(SERVER4, 1_000 + i)
                    .ret(9)
                    .tcpPeer(SERVER4, 1_000 + i, client, 5000)
                    .decode());
        }
        Text text = new Text();
        Run run = new Run(100, Losses.NONE, 10_000 * MILLI, small);
        new SummaryText(DETAILS, CLOCK, SortKey.TIME, 60, TRACED).append(text, run);
        String all = text.toString();
        assertEquals(100, small.connections());
        assertTrue(all.startsWith("accept4 of more than 1 process, "), all);
        assertEquals(
                3,
                all.lines()
                        .filter(line -> line.startsWith("more than 0 others "))
                        .count(),
                all);
        assertEquals(
                100,
                small.peers().values().stream()
                                .mapToLong(Statistics.PeerCount::connections)
                                .sum()
                        + small.otherPeers().connections());
    }

    @Test
    void processWithoutAcceptsIsNotAWorker() {
        for (int i = 0; i < 4; i++) {
            statistics.add(listening().by(77, 78).related(Syscall.POLL).ret(-4).decodeRelated());
            add(listening().ret(i < 2 ? -11 : -4));
        }
        String text = text(SortKey.TIME, Text.Style.PLAIN_ASCII);
        assertTrue(text.startsWith("accept4 and poll of 2 processes, 10.0 s: 8 calls"), text);
        assertTrue(text.contains("\nerror  calls  share\nEINTR      6  75.0%\n\n"), text);
        assertFalse(text.contains("[77]"), text);
    }

    @Test
    void dropsSeenByAFailedAcceptAreCounted() {
        EventDecoder decoder = new EventDecoder();
        statistics.add(tcp().drops(3).decode(decoder));
        statistics.add(tcp().drops(5).ret(-14).decode(decoder));
        statistics.add(tcp().drops(5).decode(decoder));
        String text = text(SortKey.TIME, Text.Style.PLAIN_ASCII);
        assertTrue(text.contains("\nTCP 0.0.0.0:443    0.2/s                     -       -        -      2  "), text);
    }

    /** Returns the rows of a table, from its title on. */
    static List<String> rows(String title, Statistics of) {
        Text text = new Text(Text.Style.PLAIN_ASCII);
        Run run = new Run(of.callCount(), Losses.NONE, 10_000 * MILLI, of);
        new SummaryText(DETAILS, CLOCK, SortKey.TIME, 60, TRACED).append(text, run);
        return text.toString()
                .lines()
                .dropWhile(line -> !line.startsWith(title))
                .takeWhile(line -> !line.isEmpty())
                .map(String::stripTrailing)
                .toList();
    }

    @Test
    void unknownQueuesHaveAReason() {
        statistics.setUnknownQueues("Operation not permitted");
        String text = text(SortKey.TIME, Text.Style.PLAIN_ASCII);
        assertTrue(text.endsWith("\n\naccept queues at the end: unknown (Operation not permitted)\n"), text);
    }

    @ParameterizedTest
    @CsvSource({
        "TIME, accept poll",
        "CALLS, poll accept",
        "ERRORS, accept poll",
        "NAME, accept poll",
        "AVG_TIME, accept poll"
    })
    void sortKeyAppliesToTheFirstTable(SortKey key, String order) {
        add(tcp().syscall(Syscall.ACCEPT).endedAt(1_100_000_000L).ret(-4));
        for (int i = 0; i < 3; i++) {
            statistics.add(listening().related(Syscall.POLL).ret(1).decodeRelated());
        }
        List<String> rows = text(key, Text.Style.PLAIN_ASCII)
                .lines()
                .skip(4)
                .limit(2)
                .map(line -> line.substring(line.lastIndexOf(' ') + 1))
                .toList();
        assertEquals(List.of(order.split(" ")), rows);
    }
}
