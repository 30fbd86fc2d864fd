package accept4trace.text;

import static accept4trace.format.SampleCalls.*;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import accept4trace.event.RecordBuilder;
import accept4trace.format.FdDecoding;
import accept4trace.format.TextOptions;
import accept4trace.format.Times;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests the style of lines, which depends on options and on the terminal. */
class TextStyleTest {
    /** As in strace, \25 is padded to three digits only if an octal digit follows, and 8 is not an octal digit. */
    @Test
    void octalEscapesArePaddedBeforeOctalDigits() {
        String line = format(unix(ascii("\0x\0258y\0257z\25"), new byte[0]));
        assertTrue(line.contains("[700,@\"x\\258y\\0257z\\25\"]"), line);
    }

    @Test
    void verboseAddsNamespaceAndCgroup() {
        TextOptions verbose = new TextOptions(true, true, TextOptions.DEFAULT.fds(), Times.DURATIONS, 0, true, false);
        RecordBuilder record = listening().ret(-11).surroundings(0xf0000000, 42).options(true, true);
        String known = format(record, verbose, Text.Style.PLAIN_ASCII);
        assertTrue(
                known.endsWith(
                        " <0.000012> SO_REUSEPORT SO_PASSCRED netns=4026531840 cgroup=/system.slice/nginx.service\n"),
                known);
        String blocked = format(tcp().acceptedAt(1_000_010_000).waited(500), verbose, Text.Style.PLAIN_ASCII);
        assertTrue(blocked.contains(" wait=0.000000 wake=0.000002 cgroup="), blocked);
        String unknown = format(listening().ret(-11).surroundings(0, 41), verbose, Text.Style.PLAIN_ASCII);
        assertTrue(unknown.endsWith(" <0.000012> cgroup=41\n"), unknown);
    }

    @Test
    void unitsAndContainersAreShownIfKnown() {
        TextOptions options = new TextOptions(true, false, TextOptions.DEFAULT.fds(), Times.DURATIONS, 0, true, true);
        assertEquals(" unit=nginx.service\n", endOf(listening().surroundings(0, 42), options));
        assertEquals(" container=3f2a91c0d1e2\n", endOf(listening().surroundings(0, 43), options));
        assertEquals(" unit=a\\40b\\n.service\n", endOf(listening().surroundings(0, 44), options));
        assertEquals("\n", endOf(listening().surroundings(0, 1), options));
        assertEquals("\n", endOf(listening().surroundings(0, 42), TextOptions.DEFAULT));
    }

    private static String endOf(RecordBuilder record, TextOptions options) {
        String line = format(record.ret(-11), options, Text.Style.PLAIN_ASCII);
        return line.substring(line.indexOf(" <0.000012>") + " <0.000012>".length());
    }

    @Test
    void hostNameFollowsTheQueue() {
        String line = format(tcp().tcpPeer(SERVER4, 443, NAMED4, 1).queue(0, 1).racy());
        assertTrue(line.endsWith("10.0.0.77:1]> <0.000012> queue=0/1 name=client.example ~peer\n"), line);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "true | true | PATH,SOCKET,DEV | [pid 1235<worker>] accept4(6<TCP:[0.0.0.0:443]>, NULL, NULL, 0) = -1 EAGAIN (Resource temporarily unavailable) <0.000012>",
                "false | true | PATH,SOCKET,DEV | [pid 1235<worker>] accept4(6<TCP:[0.0.0.0:443]>, NULL, NULL, 0) = -1 EAGAIN (Resource temporarily unavailable)",
                "true | false | PATH,SOCKET,DEV | [pid 1235] accept4(6<TCP:[0.0.0.0:443]>, NULL, NULL, 0) = -1 EAGAIN (Resource temporarily unavailable) <0.000012>",
                "true | true | PATH | [pid 1235<worker>] accept4(6<socket:[700]>, NULL, NULL, 0) = -1 EAGAIN (Resource temporarily unavailable) <0.000012>",
                "false | false | | [pid 1235] accept4(6, NULL, NULL, 0) = -1 EAGAIN (Resource temporarily unavailable)",
            })
    void optionalParts(boolean durations, boolean comms, String fds, String expected) {
        Set<FdDecoding> decoding = Stream.ofNullable(fds)
                .flatMap(words -> Stream.of(words.split(",")))
                .map(FdDecoding::valueOf)
                .collect(Collectors.toSet());
        assertEquals(
                expected + "\n",
                format(
                        listening().ret(-11),
                        new TextOptions(
                                comms, false, decoding, durations ? Times.DURATIONS : Times.NONE, 0, true, false),
                        Text.Style.PLAIN_ASCII));
    }

    @Test
    void colorsOfFdsPeersFlagsAndErrors() {
        Text.Style colours = new Text.Style(false, true);
        assertEquals(
                "[pid 1235<worker>] accept4(^36m6<TCP:[0.0.0.0:443]>^0m, NULL, NULL, ^33mSOCK_CLOEXEC^0m) = "
                        + "-1 ^31mEAGAIN^0m (Resource temporarily unavailable) <0.000012>\n",
                format(listening().arguments(0, 0, 0x80000).ret(-11), TextOptions.DEFAULT, colours)
                        .replace("\u001b[", "^"));
        assertEquals(
                "^36m9<TCP:[10.0.0.1:443->^32m10.0.0.9:52684^36m]>^0m <0.000012>\n",
                format(tcp().arguments(0, 0, 0), TextOptions.DEFAULT, colours)
                        .replace("\u001b[", "^")
                        .replaceFirst(".* = ", ""));
    }

    /** The low byte of U+011B is that of ESC. */
    @Test
    void lettersDoNotBecomeControlCharacters() {
        String evil = "\u011b[31m";
        assertEquals("?[31m?", new Text().add(evil).add('\u011b').toString());
        assertEquals("?[31m", new Text().utf8(evil).toString());
        assertEquals(evil, new Text(new Text.Style(true, false)).utf8(evil).toString());
    }

    /** Characters stay UTF-8 if they are printable, encoded in the shortest form, and written from left to right. */
    @ParameterizedTest
    @CsvSource({
        "c3a9, \u00e9",
        "e282ac, \u20ac",
        "f09f9880, \ud83d\ude00",
        "e9, \\351",
        "c3, \\303",
        "c0af, \\300\\257",
        "e0809f, \\340\\200\\237",
        "eda080, \\355\\240\\200",
        "f4908080, \\364\\220\\200\\200",
        "c285, \\302\\205",
        "e280ae, \\342\\200\\256",
        "d790, \\327\\220",
        "1b, \\33"
    })
    void utf8KeepsPrintableCharacters(String hex, String expected) {
        String name = new String(HexFormat.of().parseHex(hex), StandardCharsets.ISO_8859_1);
        String line = format(listening().threadComm(name).ret(-11), TextOptions.DEFAULT, new Text.Style(true, false));
        assertEquals(expected, line.substring("[pid 1235<".length(), line.indexOf(">]")));
    }

    @Test
    void bytesOfAnAddressAreEscapedInUtf8() {
        String line = format(
                tcp().addrlenIn(4).addrlenOut(16).userAddress(sockaddr(2, "c3a9")),
                TextOptions.DEFAULT,
                new Text.Style(true, false));
        assertTrue(line.contains("sa_data=\"\\303\\251\""), line);
    }
}
