package accept4trace.view;

import static accept4trace.event.SampleLosses.losses;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import accept4trace.event.Coverage;
import accept4trace.event.EventDecoder;
import accept4trace.event.EventLayout.Syscall;
import accept4trace.event.FamilyCoverage;
import accept4trace.event.ListenerFd;
import accept4trace.event.ListenerHolder;
import accept4trace.event.RecordBuilder;
import accept4trace.event.RefusalBuilder;
import accept4trace.event.UnixRefusalBuilder;
import accept4trace.summary.QueueNow;
import accept4trace.text.Text;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import org.jline.utils.AttributedString;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FrameTest {
    private static final long MILLI = 1_000_000;
    private static final long SECOND = 1000 * MILLI;
    private static final byte[] ANY = {0, 0, 0, 0};
    private static final byte[] SERVER = {10, 0, 0, 1};
    private static final Text.Style ASCII = Text.Style.PLAIN_ASCII;
    private static final Text.Style UTF8 = new Text.Style(true, true);

    private final Recorder recorder = new Recorder(0);
    private final Controls controls = new Controls();
    private final EventDecoder decoder = new EventDecoder();
    private long now;

    private static RecordBuilder listening() {
        return new RecordBuilder().tcpListener(ANY, 443);
    }

    private static RecordBuilder from(int peer) {
        byte[] client = {10, 0, (byte) (peer >> 8), (byte) peer};
        return listening().ret(9).tcpPeer(SERVER, 443, client, 50_000);
    }

    private void add(RecordBuilder... records) {
        for (RecordBuilder record : records) {
            recorder.add(record.decode(decoder));
        }
    }

    private Snapshot second(String message) {
        now += SECOND;
        return recorder.endSecond(now, losses(2, 0, 0, 0, 0, 0, 0), message);
    }

    private String screen(Snapshot snapshot, Text.Style style, int columns, int rows) {
        List<AttributedString> lines = new Frame(style, "accept4 of 1234 (nginx, 1 thread)", "tracepoint+kprobe")
                .lines(snapshot, controls, columns, rows);
        assertEquals(rows, lines.size());
        lines.forEach(line -> assertTrue(line.columnLength() <= columns, line.toString()));
        return lines.stream()
                .map(line -> line.toString().stripTrailing() + "\n")
                .collect(Collectors.joining());
    }

    private void press(String keys) {
        keys.chars().forEach(key -> controls.press((char) key));
    }

    private String table(Snapshot snapshot) {
        String screen = screen(snapshot, ASCII, 80, 24);
        int start = Math.max(screen.indexOf("\npeer ("), screen.indexOf("\nworker ("));
        return screen.substring(start + 1, screen.indexOf("\n\n", start));
    }

    @Test
    void busyFrame() {
        for (int i = 0; i < 6; i++) {
            add(from(9).waited((i + 1) * 20_000L).queue(i, 511).drops(0));
        }
        add(from(7).waited(3 * MILLI).queue(40, 511).drops(3));
        second("");
        add(
                from(7).waited(30_000).queue(2, 511),
                listening().ret(-11),
                listening().ret(-11),
                listening().ret(-24));
        assertEquals(
                """
                accept4 of 1234 (nginx, 1 thread)                     tracepoint+kprobe  0:00:02
                11 calls (4.0/s), 8 connections, 2 empty, 1 error, 2 lost
                hint: nobody came
                calls         4.0/s                #=  accept queue     p50    p90    p99    max
                conns         1.0/s                #.  last second     30us   30us   30us   30us
                empty         2.0/s                _#  since start     60us  3.0ms  3.0ms  3.0ms
                errors        1.0/s                _#  < 100us ######################          5
                                                       < 1ms   #########                       2
                error        last s      total  share  < 10ms  #####                           1
                EMFILE        1.0/s          1   9.1%  < 100ms                                 0
                                                       < 1s                                    0
                                                       longer                                  0

                listener (1)           conns/s  queue        last s   high  limit oldest refused
                TCP 0.0.0.0:443          1.0/s  #...........      2     40    511      -       -

                peer (2)                       conns/s      vconns   share                  last
                10.0.0.9                         0.0/s           6   75.0% #########      0s ago
                10.0.0.7                         1.0/s           2   25.0% ###            0s ago




                 q  quit   s  sort   r  reverse   t  table   p  pause   z  zero   ?  help
                """,
                screen(second("hint: nobody came"), ASCII, 80, 24));
    }

    @Test
    void emptyFrame() {
        assertEquals(
                """
                accept4 of 1234 (nginx, 1 thread)                     tracepoint+kprobe  0:00:01
                0 calls (0.0/s), 0 connections, 0 empty, 0 errors, 2 lost

                calls         0.0/s                 _  accept queue     p50    p90    p99    max
                conns         0.0/s                 _  last second        -      -      -      -
                empty         0.0/s                 _  since start        -      -      -      -
                errors        0.0/s                 _  < 100us                                 0
                                                       < 1ms                                   0
                error        last s      total  share  < 10ms                                  0
                none                                   < 100ms                                 0
                                                       < 1s                                    0
                                                       longer                                  0

                listener (0)           conns/s  queue        last s   high  limit oldest refused

                peer (0)                       conns/s      vconns   share                  last







                 q  quit   s  sort   r  reverse   t  table   p  pause   z  zero   ?  help
                """,
                screen(second(""), ASCII, 80, 24));
    }

    @Test
    void wideScreenHasBothTables() {
        add(from(9), from(7), listening().ret(-11));
        String screen = screen(second(""), ASCII, 200, 50);
        List<String> tables = screen.lines().skip(16).limit(3).toList();
        assertTrue(
                tables.get(0).matches("peer \\(2\\) +conns/s +vconns .* {4}worker \\(1\\) +conns/s +conns .*"), screen);
        assertTrue(tables.get(1).matches("10\\.0\\.0\\.7 .* {4}nginx\\[1234\\] .* +33\\.3%"), screen);
        assertTrue(tables.get(2).matches("10\\.0\\.0\\.9 .*0s ago"), screen);
    }

    @ParameterizedTest
    @CsvSource({"79, 24", "80, 23", "5, 3"})
    void screenThatIsTooSmall(int columns, int rows) {
        String expected = "terminal too small: " + columns + "x" + rows + ", needs 80x24";
        String first =
                screen(second(""), ASCII, columns, rows).lines().findFirst().orElseThrow();
        assertEquals(expected.substring(0, Math.min(columns, expected.length())), first);
    }

    @Test
    void tablesAreSortedByTheMarkedColumn() {
        add(from(3), from(3), from(3), from(3).endedAt(500), from(1), from(1), from(2));
        second("");
        add(from(2).endedAt(2 * SECOND), from(2).endedAt(2 * SECOND));
        Snapshot snapshot = second("");
        assertEquals(List.of("3", "2", "1"), order(snapshot, "vconns "));
        press("r");
        assertEquals(List.of("1", "2", "3"), order(snapshot, "^conns "));
        press("rs");
        assertEquals(List.of("2", "1", "3"), order(snapshot, "vlast"));
        press("s");
        assertEquals(List.of("1", "2", "3"), order(snapshot, "peer (3)v"));
        press("s");
        assertEquals(List.of("2", "1", "3"), order(snapshot, "vconns/s"));
    }

    /** Returns the last number of each row's address, in the order of the rows. */
    private List<String> order(Snapshot snapshot, String mark) {
        String table = table(snapshot);
        assertTrue(table.contains(mark), table);
        return table.lines().skip(1).map(row -> row.substring(7, 8)).toList();
    }

    @Test
    void workersHaveTheirShareOfEmptyAccepts() {
        add(from(1), from(2), listening().ret(-11), listening().ret(-11));
        press("t");
        assertEquals(
                """
                worker (1)                     conns/s      vconns   share                 empty
                nginx[1234]                      2.0/s           2  100.0% ############    50.0%""",
                table(second("")));
    }

    /**
     * A process whose connections were all accepted by one thread has a single row. Here, this is the case in the last
     * second, but not in the whole trace. So each thread must have a row, with its own rate.
     */
    @Test
    void workersAreThreadsIfSeveralAccept() {
        add(from(1).thread(1235), from(1).thread(1236), from(1).thread(1236), from(1).by(77, 78));
        second("");
        add(from(1).thread(1236));
        press("t");
        assertEquals(
                """
                worker (3)                     conns/s      vconns   share                 empty
                nginx[1234/1236]                 1.0/s           3   60.0% ########         0.0%
                nginx[77]                        0.0/s           1   20.0% ###              0.0%
                nginx[1234/1235]                 0.0/s           1   20.0% ###              0.0%""",
                table(second("")));
    }

    /** The other calls are eight waits and a bind. */
    @Test
    void otherCallsDoNotChangeTheSharesOfAccepts() {
        add(from(1), listening().ret(-11));
        for (int i = 0; i < 8; i++) {
            recorder.add(listening()
                    .related(Syscall.EPOLL_WAIT, 8, 0, 512, -1)
                    .by(77, 77)
                    .ready(1)
                    .ret(1)
                    .decodeRelated());
        }
        recorder.add(listening().related(Syscall.BIND, 3, 0, 16).ret(-98).decodeRelated());
        press("t");
        Snapshot snapshot = second("");
        String screen = screen(snapshot, ASCII, 80, 24);
        assertTrue(screen.contains("\nEADDRINUSE    1.0/s          1 100.0%  "), screen);
        assertTrue(screen.contains("\nempty         1.0/s  "), screen);
        assertEquals(
                """
                worker (1)                     conns/s      vconns   share                 empty
                nginx[1234]                      1.0/s           1  100.0% ############    50.0%""",
                table(snapshot));
    }

    private String listeners(int columns) {
        String screen = screen(second(""), ASCII, columns, 24);
        int start = screen.indexOf("\nlistener (");
        return screen.substring(start + 1, screen.indexOf("\n\n", start) + 1);
    }

    /** The second socket of the address has waiting clients, but nothing is accepted from it. */
    @Test
    void listenersWithWaitingClientsComeFirst() {
        for (int i = 0; i < 5; i++) {
            add(from(1).queue(i, 511).listenerInode(1));
        }
        ListenerFd stuck = listening().listenerInode(2).decode().listener();
        recorder.setQueues(statistics -> statistics.setQueue(
                stuck.requireSocket(),
                1,
                new QueueNow(7, 511, 12 * SECOND, false),
                List.of(new ListenerHolder(77, 6, 0, new byte[] {'n'}))));
        assertEquals(
                """
                listener (2)           conns/s  queue        last s   high  limit oldest refused
                TCP 0.0.0.0:443          0.0/s  #...........      7      7    511    12s       -
                TCP 0.0.0.0:443          5.0/s  #...........      4      4    511      -       -
                """,
                listeners(80));
        recorder.setQueues(statistics -> {});
        assertEquals(
                """
                listener (2)                             owners                     conns/s  queue                       last s   high  limit oldest refused
                TCP 0.0.0.0:443                          nginx[1234]                  0.0/s  =..........................      -      4    511      -       -
                TCP 0.0.0.0:443                          n[77]                        0.0/s  =..........................      -      7    511      -       -
                """,
                listeners(140));
    }

    @Test
    void showsTheFirstOfThousandsOfPeers() {
        for (int i = 0; i < 5000; i++) {
            add(from(i));
        }
        add(from(4321), from(4321), from(1234));
        List<String> rows = table(second("")).lines().toList();
        assertTrue(rows.get(0).startsWith("peer (5,000) "), rows.get(0));
        assertTrue(rows.get(1).matches("10\\.0\\.16\\.225 .* 3 +0\\.1% #.*"), rows.get(1));
        assertTrue(rows.get(2).startsWith("10.0.4.210 "), rows.get(2));
        assertTrue(rows.get(3).startsWith("10.0.0.0 "), rows.get(3));
        assertEquals(6, rows.size());
    }

    /** second() reports lost events, so the numbers are lower bounds (>=). */
    @Test
    void resetsOfClosedListenersHaveAColumn() {
        recorder.begin(FamilyCoverage.NONE, new FamilyCoverage(Coverage.ALL, Coverage.NONE));
        recorder.add(new RecordBuilder()
                .tcpListener(new byte[4], 443)
                .queue(7, 511)
                .closed(6, 0, 0, false)
                .decodeClosing());
        assertEquals(
                """
                listener (1)      conns/s  queue      last s   high  limit oldest refused  reset
                TCP 0.0.0.0:443     0.0/s                  -      -      -      -       -    >=6
                """,
                listeners(80));
    }

    /** second() reports lost events, so the numbers are lower bounds (>=). */
    @Test
    void refusedConnectionsAreCounted() {
        recorder.begin(FamilyCoverage.ALL, FamilyCoverage.NONE);
        recorder.add(new UnixRefusalBuilder().decode());
        recorder.add(new RefusalBuilder().decode(), true);
        recorder.add(new RefusalBuilder().decode(), false);
        String screen = screen(second(""), Text.Style.PLAIN_ASCII, 80, 24);
        assertTrue(
                screen.contains("\nTCP 0.0.0.0:8077         0.0/s  ============      -      6      5      -     >=1\n"),
                screen);
        assertTrue(
                screen.contains(
                        "\n\"/run/app.sock\"          0.0/s  ============      -      6      5      -     >=1\n"),
                screen);
    }

    @Test
    void utf8BarsUseEighths() {
        add(from(1).queue(125, 400), from(1).waited(MILLI / 2), from(2).waited(MILLI / 2));
        String screen = screen(second(""), UTF8, 80, 24);
        assertTrue(screen.contains("\u2588\u2588\u2588\u258a\u00b7"), screen);
        assertTrue(screen.contains("\u25bcconns"), screen);
        assertTrue(screen.contains("< 100\u00b5s"), screen);
        assertTrue(StandardCharsets.US_ASCII.newEncoder().canEncode(screen(second(""), ASCII, 80, 24)));
    }

    @Test
    void colorsAreOptional() {
        add(from(1), listening().ret(-24));
        Snapshot snapshot = second("");
        assertTrue(ansi(snapshot, true).contains("\u001b[31mEMFILE"));
        assertFalse(ansi(snapshot, false).matches("(?s).*\u001b\\[[0-9;]*3[0-7].*"), ansi(snapshot, false));
    }

    private String ansi(Snapshot snapshot, boolean colour) {
        Frame frame = new Frame(new Text.Style(false, colour), "", "");
        return frame.lines(snapshot, controls, 80, 24).stream()
                .map(line -> line.toAnsi())
                .collect(Collectors.joining("\n"));
    }

    @Test
    void helpPageHasEveryKey() {
        press("?");
        String screen = screen(second(""), ASCII, 80, 24);
        for (Key key : Key.values()) {
            assertTrue(screen.contains("  " + key.label()) && screen.contains(key.explanation()), screen);
        }
        assertTrue(screen.endsWith(" ?  help\n"), screen);
        press("?");
        assertTrue(screen(second(""), ASCII, 80, 24).contains("listener (0)"));
    }

    @Test
    void pauseIsShown() {
        press(" ");
        assertTrue(controls.isPaused());
        assertTrue(screen(second(""), ASCII, 80, 24).contains("2 lost   paused"));
    }

    @Test
    void escapeSequencesAreNotKeys() {
        assertEquals("s", Controls.withoutEscapes("s\u001b[A"));
        assertEquals("q", Controls.withoutEscapes("\u001bq"));
        assertEquals("rq", Controls.withoutEscapes("\u001b[1;5Ar\u001bOPq\u001b"));
        assertEquals("", Controls.withoutEscapes("\u001b[1;5\u001b"));
        assertEquals("", Controls.withoutEscapes("\u001bO"));
        assertEquals(null, Key.of('A'));
    }
}
