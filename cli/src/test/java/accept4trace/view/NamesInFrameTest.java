package accept4trace.view;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import accept4trace.event.EventDecoder;
import accept4trace.event.Losses;
import accept4trace.event.RecordBuilder;
import accept4trace.text.Text;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.stream.Collectors;
import org.jline.utils.AttributedString;
import org.junit.jupiter.api.Test;

/** Tests names and addresses that are too wide for their columns. */
class NamesInFrameTest {
    private static final long SECOND = 1_000_000_000;
    private static final byte[] SERVER = {(byte) 192, (byte) 168, (byte) 100, (byte) 200};
    private static final byte[] CLIENT = {10, 0, 0, 1};
    private static final byte[] LONG_V6 = HexFormat.of().parseHex("20010db885a308d313198a2e03707348");

    private final Recorder recorder = new Recorder(0);
    private final Controls controls = new Controls();
    private final EventDecoder decoder = new EventDecoder();

    private void add(RecordBuilder record) {
        recorder.add(record.decode(decoder));
    }

    private String screen(Text.Style style, int columns) {
        Snapshot snapshot = recorder.endSecond(SECOND, Losses.NONE, "");
        return new Frame(style, "", "")
                .lines(snapshot, controls, columns, 24).stream()
                        .map(AttributedString::toString)
                        .peek(line -> assertTrue(Line.columns(line) <= columns, line))
                        .map(line -> line.stripTrailing() + "\n")
                        .collect(Collectors.joining());
    }

    private static RecordBuilder connection(byte[] server, int port, byte[] client) {
        return new RecordBuilder()
                .tcpListener(server, port)
                .ret(9)
                .tcpPeer(server, port, client, 1)
                .queue(9, 10);
    }

    @Test
    void namesAreEscapedAndAligned() {
        byte[] path = "/run/\u4f60\u597d\u4f60\u597d\u4f60\u597d\u4f60\u597d\u4f60\u597d/\u001b[2Jx"
                .getBytes(StandardCharsets.UTF_8);
        add(new RecordBuilder()
                .ret(9)
                .unixListener(path)
                .unixPeer(path, new byte[0], 1)
                .peerTask(77, 0, "cl\u001b"));
        String screen = screen(new Text.Style(true, true), 87);
        assertFalse(screen.contains("\u001b"), screen);
        assertTrue(screen.contains("\n\"/run/\u4f60\u597d\u2026\u597d/\\33[2Jx\"       1.0/s"), screen);
        assertTrue(screen.contains("\ncl\\33 uid 0                             1.0/s"), screen);
    }

    /** The numbers move aside, because a truncated address would look like another one. */
    @Test
    void addressesAreNeverCut() {
        add(connection(SERVER, 65_535, CLIENT));
        add(connection(LONG_V6, 443, LONG_V6));
        String screen = screen(Text.Style.PLAIN_ASCII, 80);
        assertTrue(
                screen.contains(
                        """
                        listener (2)           conns/s  queue        last s   high  limit oldest refused
                        TCPv6 [2001:db8:85a3:8d3:1319:8a2e:370:7348]:443 1.0/s  9 9    10      -       -
                        TCP 192.168.100.200:65535 1.0/s ###########.      9      9     10      -       -
                        """),
                screen);
        assertTrue(
                screen.contains(
                        """
                        peer (2)                       conns/s      vconns   share                  last
                        10.0.0.1                         1.0/s           1   50.0% ######         0s ago
                        2001:db8:85a3:8d3:1319:8a2e:370:7348 1.0/s       1   50.0% ######         0s ago
                        """),
                screen);
    }

    /** The ids distinguish the threads of a process, so only its name is shortened. */
    @Test
    void idsAreNeverCut() {
        for (int thread = 8; thread <= 9; thread++) {
            add(connection(SERVER, 443, CLIENT)
                    .by(1_234_567, 1_234_560 + thread)
                    .processComm("accept4-worker-"));
        }
        controls.press('t');
        String screen = screen(Text.Style.PLAIN_ASCII, 80);
        assertTrue(screen.contains("\naccept4..[1234567/1234568]       1.0/s "), screen);
        assertTrue(screen.contains("\naccept4..[1234567/1234569]       1.0/s "), screen);
    }
}
