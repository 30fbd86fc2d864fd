package accept4trace.format.columns;

import static accept4trace.format.SampleCalls.*;
import static org.junit.jupiter.api.Assertions.assertEquals;

import accept4trace.event.EventLayout.Syscall;
import accept4trace.event.EventLayout.Via;
import accept4trace.event.RecordBuilder;
import accept4trace.text.Text;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class ColumnsFormatterTest {
    private static String table(List<Field> fields, RecordBuilder... records) {
        return table(Text.Style.PLAIN_ASCII, fields, records);
    }

    private static String table(Text.Style style, List<Field> fields, RecordBuilder... records) {
        Text text = new Text(style);
        ColumnsFormatter formatter = new ColumnsFormatter(fields, DETAILS, CLOCK);
        Arrays.stream(records).forEach(record -> formatter.format(text, record.decode()));
        return text.toString();
    }

    /** RecordBuilder converts each character to one byte. */
    private static String utf8(String name) {
        return new String(name.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }

    @Test
    void defaultColumns() {
        assertEquals(
                """
                TIME            PID     COMM            LISTENER              PEER                  FD   FLAGS                      WAIT     RET
                12:00:01.000012 1234    worker          0.0.0.0:443           10.0.0.9:52684        6    SOCK_CLOEXEC|SOCK_NONBLOCK 4.1ms    9
                12:00:01.000012 1234    worker          0.0.0.0:443           -                     6    0                          -        EAGAIN
                12:00:01.000012 1234    worker          "/run/app.sock"       77<client>            6    0                          -        9
                """,
                table(
                        Field.DEFAULT,
                        tcp().waited(4_100_000),
                        listening().ret(-11),
                        unix(PATH, new byte[0]).peerTask(77, 1000, "client")));
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

    /** Counts terminal cells: a combining accent takes none, a Chinese character takes two. */
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
        new ColumnsFormatter(List.of(Field.CALL, Field.LISTENER, Field.PEER, Field.RET), DETAILS, CLOCK)
                .format(text, listening().related(Syscall.LISTEN, 6, 511).ret(0).decodeRelated());
        assertEquals(
                """
                CALL     LISTENER              PEER                  RET
                listen   0.0.0.0:443           -                     0
                """,
                text.toString());
    }
}
