package accept4trace.format.columns;

import static accept4trace.format.SampleCalls.*;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import accept4trace.event.EventLayout.Syscall;
import accept4trace.event.EventLayout.Via;
import accept4trace.event.RecordBuilder;
import accept4trace.event.RefusalBuilder;
import accept4trace.event.UnixRefusalBuilder;
import accept4trace.text.CellWidth;
import accept4trace.text.Text;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ColumnsFormatterTest {
    private static String table(List<Field> fields, RecordBuilder... records) {
        return table(Text.Style.PLAIN_ASCII, fields, records);
    }

    private static String table(Text.Style style, List<Field> fields, RecordBuilder... records) {
        return table(style, ColumnLayout.of(fields, 80), records);
    }

    private static String table(int cells, RecordBuilder... records) {
        return table(new Text.Style(true, false), ColumnLayout.fitting(cells), records);
    }

    private static String table(Text.Style style, ColumnLayout layout, RecordBuilder... records) {
        Text text = new Text(style);
        ColumnsFormatter formatter = new ColumnsFormatter(layout, DETAILS, CLOCK);
        Arrays.stream(records).forEach(record -> formatter.format(text, record.decode()));
        return text.toString();
    }

    /**
     * Returns a name with one character per byte of its UTF-8 form, because RecordBuilder makes one byte of each
     * character.
     */
    private static String utf8(String name) {
        return new String(name.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }

    private static RecordBuilder between(byte[] server, int port, byte[] client) {
        return new RecordBuilder()
                .tcpListener(server, port)
                .ret(9)
                .tcpPeer(server, port, client, 65_535)
                .waited(4_100_000)
                .queue(3, 511);
    }

    @Test
    void defaultColumns() {
        assertEquals(
                """
                TIME         PROCESS       LISTENER     PEER                  WAIT  QUEUE RESULT
                12:00:01.000 nginx[1234]   0.0.0.0:443  10.0.0.9:52684        4.1ms 3/511 9
                12:00:01.000 nginx[1234]   0.0.0.0:443  -                     -     -     EAGAIN
                12:00:01.000 nginx[1234]   "/run/app.sock" client[77]         -     -     9
                """,
                table(
                        80,
                        tcp().waited(4_100_000).queue(3, 511),
                        listening().ret(-11),
                        unix(PATH, new byte[0]).peerTask(77, 1000, "client")));
    }

    @ParameterizedTest
    @CsvSource({
        "40, TIME PROCESS LISTENER PEER WAIT QUEUE RESULT",
        "80, TIME PROCESS LISTENER PEER WAIT QUEUE RESULT",
        "106, TIME PROCESS LISTENER PEER WAIT QUEUE RESULT",
        "107, TIME PROCESS LISTENER PEER WAIT QUEUE RESULT FLAGS",
        "112, TIME PROCESS LISTENER PEER WAIT QUEUE RESULT FLAGS FD",
        "120, TIME PROCESS LISTENER PEER WAIT QUEUE RESULT FLAGS FD TOOK",
        "126, TIME PROCESS LISTENER PEER WAIT QUEUE RESULT FLAGS FD TOOK AHEAD",
        "500, TIME PROCESS LISTENER PEER WAIT QUEUE RESULT FLAGS FD TOOK AHEAD"
    })
    void wideTerminalsHaveMoreColumns(int cells, String titles) {
        String table = table(cells, tcp().waited(4_100_000).queue(3, 511));
        assertEquals(titles, table.lines().findFirst().orElseThrow().replaceAll(" +", " "));
        table.lines().forEach(row -> assertTrue(CellWidth.of(row) <= Math.max(80, cells), table));
    }

    @Test
    void wideColumns() {
        assertEquals(
                """
                TIME         PROCESS       LISTENER     PEER                  WAIT  QUEUE RESULT FLAGS                      FD   TOOK
                12:00:01.000 nginx[1234]   0.0.0.0:443  10.0.0.9:52684        4.1ms 3/511 9      SOCK_CLOEXEC|SOCK_NONBLOCK 6    12\u00b5s
                """,
                table(120, tcp().waited(4_100_000).queue(3, 511)));
        assertEquals(
                """
                TIME            PROCESS                  LISTENER                   PEER                                            WAIT  QUEUE     RESULT       FLAGS                      FD   TOOK    AHEAD
                12:00:01.000012 nginx[1234]              0.0.0.0:443                10.0.0.9:52684                                  4.1ms 3/511     9            SOCK_CLOEXEC|SOCK_NONBLOCK 6    12\u00b5s    0
                """,
                table(200, tcp().waited(4_100_000).queue(3, 511)));
    }

    /** A long address shifts the next values, but the row only gets longer if too few spaces follow. */
    @Test
    void rowsWithIpv4AddressesFit() {
        byte[] shortest = {1, 1, 1, 1};
        byte[] longest = {(byte) 192, (byte) 168, (byte) 100, (byte) 200};
        String table = table(
                80,
                between(ANY4, 8080, longest),
                between(longest, 8443, shortest),
                between(longest, 443, longest).processComm("app"),
                between(shortest, 443, longest).processComm("systemd-socket-"));
        assertEquals(
                """
                TIME         PROCESS       LISTENER     PEER                  WAIT  QUEUE RESULT
                12:00:01.000 nginx[1234]   0.0.0.0:8080 192.168.100.200:65535 4.1ms 3/511 9
                12:00:01.000 nginx[1234]   192.168.100.200:8443 1.1.1.1:65535 4.1ms 3/511 9
                12:00:01.000 app[1234]   192.168.100.200:443 192.168.100.200:65535 4.1ms 3/511 9
                12:00:01.000 systemd-sock\u2026[1234] 1.1.1.1:443 192.168.100.200:65535 4.1ms 3/511 9
                """,
                table);
        table.lines().forEach(row -> assertTrue(CellWidth.of(row) <= 80, row));
    }

    /** A truncated address would look like another one, so the row exceeds the terminal instead. */
    @Test
    void addressesAreNeverCut() {
        byte[] v6 = HexFormat.of().parseHex("20010db885a308d313198a2e03707348");
        String row = table(80, between(v6, 443, v6)).lines().toList().get(1);
        assertTrue(
                row.contains(" [2001:db8:85a3:8d3:1319:8a2e:370:7348]:443"
                        + " [2001:db8:85a3:8d3:1319:8a2e:370:7348]:65535 4.1ms 3/511 9"),
                row);
        assertTrue(row.startsWith("12:00:01.000 ngi\u2026[1234] "), row);
    }

    /** The middle of a path is its least important part. Process names are only shortened if necessary. */
    @Test
    void unixNamesAreShortenedInTheMiddle() {
        byte[] path = ascii("/run/a-rather-long-folder/of-some-application/php8.2-fpm.sock");
        String table = table(
                80,
                unix(path, new byte[0]).peerTask(4_194_303, 33, "nginx").queue(0, 511),
                unix(ascii("\0" + "\u65e5\u672c".repeat(2)), ascii("/tmp/\033\033\033" + "c".repeat(60))));
        assertEquals(
                """
                TIME         PROCESS       LISTENER     PEER                  WAIT  QUEUE RESULT
                12:00:01.000 nginx[1234]   "/run/a-r\u2026fpm.sock" nginx[4194303] -     0/511 9
                """,
                table.lines().limit(2).map(line -> line + "\n").collect(Collectors.joining()));
        table.lines().forEach(row -> assertTrue(CellWidth.of(row) <= 80, row));
    }

    @Test
    void selectedColumnsKeepTheirWidth() {
        assertEquals(
                """
                TIME            PROCESS          TOOK     RESULT
                12:00:01.000012 nginx[1234]      12us     9
                12:00:01.000012 nginx[1234]      12us     EMFILE
                """,
                table(
                        List.of(Field.TIME, Field.PROCESS, Field.TOOK, Field.RESULT),
                        tcp(),
                        listening().ret(-24)));
    }

    /** A call that began before the trace has a lower bound. Its column on wide terminals has room for it. */
    @Test
    void unknownDurationsAreNotMadeUp() {
        assertEquals(
                """
                TOOK     DURATION RET
                >=7.0s   >=7.0s   9
                -        -        9
                -        -        ?
                -        -        EACCES
                """,
                table(
                        List.of(Field.TOOK, Field.DURATION, Field.RET),
                        tcp().enterUnseen().endedAt(8_000_000_000L),
                        tcp().enterLost().endedAt(8_000_000_000L),
                        tcp().exitLost().endedAt(8_000_000_000L),
                        listening().bySeccomp().ret(-13).endedAt(8_000_000_000L)));
        String table = table(126, tcp().enterUnseen().endedAt(1_250_000_000L).queue(3, 511));
        assertTrue(table.endsWith(" 6    >=250ms -\n"), table);
    }

    @Test
    void refusedConnections() {
        Text text = new Text(Text.Style.PLAIN_ASCII);
        ColumnsFormatter formatter = new ColumnsFormatter(
                ColumnLayout.of(List.of(Field.TIME, Field.PID, Field.LISTENER, Field.PEER, Field.QUEUE, Field.RET), 80),
                DETAILS,
                CLOCK);
        formatter.format(text, new RefusalBuilder().attempt(4, 3));
        formatter.format(text, new UnixRefusalBuilder().client(4, 3));
        assertEquals(
                """
                TIME            PID     LISTENER              PEER                  QUEUE     RET
                12:00:01.000000 -       0.0.0.0:8077          10.0.0.9:51100        6/5       refused
                12:00:01.000000 -       "/run/app.sock"       php[812]              6/5       refused
                """,
                text.toString());
    }

    @Test
    void closedListenersAndClientsThatGiveUp() {
        Text text = new Text(Text.Style.PLAIN_ASCII);
        ColumnsFormatter formatter = new ColumnsFormatter(
                ColumnLayout.of(
                        List.of(Field.PROCESS, Field.LISTENER, Field.PEER, Field.WAIT, Field.QUEUE, Field.RET), 80),
                DETAILS,
                CLOCK);
        RecordBuilder listener =
                new RecordBuilder().tcpListener(new byte[4], 443).queue(7, 511);
        formatter.format(text, listener.closed(6, 0, 0, false).decodeClosing());
        formatter.format(text, listener.closed(0, 7, 0, false).decodeClosing());
        formatter.format(
                text,
                new RecordBuilder()
                        .tcpListener(new byte[4], 443)
                        .tcpPeer(new byte[4], 443, new byte[] {10, 0, 0, 9}, 51_100)
                        .waited(2_000_000)
                        .gaveUp()
                        .decodeGivenUp());
        assertEquals(
                """
                PROCESS          LISTENER              PEER                  WAIT     QUEUE     RET
                nginx[1234]      0.0.0.0:443           -                     -        7/511     reset=6
                nginx[1234]      0.0.0.0:443           -                     -        7/511     closed
                -                0.0.0.0:443           10.0.0.9:51100        2.0ms    -         gave-up
                """,
                text.toString());
    }

    @Test
    void otherColumns() {
        assertEquals(
                """
                TID     UID   CALL     DURATION QUEUE     AHEAD DROPS VIA        RET
                1235    33    accept4  12us     3/511     0     -     -          9
                1235    33    accept4  -        0/5       -     -     io_uring   -
                """,
                table(
                        List.of(
                                Field.TID,
                                Field.UID,
                                Field.CALL,
                                Field.DURATION,
                                Field.QUEUE,
                                Field.AHEAD,
                                Field.DROPS,
                                Field.VIA,
                                Field.RET),
                        tcp().waited(4_100_000).queue(3, 511),
                        tcp().via(Via.IO_URING).queue(0, 5)));
    }

    @Test
    void namesAreShownIfKnown() {
        assertEquals(
                """
                NAME                     CONTAINER    UNIT
                client.example           3f2a91c0d1e2 -
                -                        -            nginx.service
                -                        -            -
                """,
                table(
                        List.of(Field.NAME, Field.CONTAINER, Field.UNIT),
                        listening().tcpPeer(SERVER4, 443, NAMED4, 1).surroundings(0, 43),
                        tcp().surroundings(0, 42),
                        listening().ret(-11)));
    }

    @Test
    void longValueShiftsTheRest() {
        assertEquals(
                """
                LISTENER              RET
                @"an abstract name that is long" 9
                """,
                table(List.of(Field.LISTENER, Field.RET), unix(ascii("\0an abstract name that is long"), new byte[0])));
    }

    /** Widths are counted in terminal cells: a combining accent takes none, a Chinese character takes two. */
    @Test
    void wideCharactersKeepColumnsAligned() {
        assertEquals(
                """
                COMM            DURATION RET
                abc             12us     9
                Zo\u00eb             12\u00b5s     9
                Zoe\u0308             12\u00b5s     9
                \u65e5\u672c\u8a9e          12\u00b5s     9
                """
                        .replace("12us", "12\u00b5s"),
                table(
                        new Text.Style(true, false),
                        List.of(Field.COMM, Field.DURATION, Field.RET),
                        tcp().threadComm("abc"),
                        tcp().threadComm(utf8("Zo\u00eb")),
                        tcp().threadComm(utf8("Zoe\u0308")),
                        tcp().threadComm(utf8("\u65e5\u672c\u8a9e"))));
    }

    @Test
    void otherCallsHaveRows() {
        Text text = new Text();
        new ColumnsFormatter(
                        ColumnLayout.of(List.of(Field.CALL, Field.LISTENER, Field.PEER, Field.RET), 80), DETAILS, CLOCK)
                .format(text, listening().related(Syscall.LISTEN, 6, 511).ret(0).decodeRelated());
        assertEquals(
                """
                CALL     LISTENER              PEER                  RET
                listen   0.0.0.0:443           -                     0
                """,
                text.toString());
    }
}
