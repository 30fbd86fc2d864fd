package accept4trace.format.lines;

import static accept4trace.format.SampleCalls.*;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import accept4trace.event.RecordBuilder;
import accept4trace.format.TextOptions;
import accept4trace.format.Times;
import accept4trace.text.Text;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests the second and third arguments of accept4, in complete lines. */
class AddressArgumentsTest {
    static Stream<Arguments> lines() {
        return Stream.of(addresses(), memoryOfTheCaller()).flatMap(cases -> cases);
    }

    private static Stream<Arguments> addresses() {
        return Stream.of(
                line(
                        "everything known",
                        tcp().addrlenIn(112)
                                .addrlenOut(16)
                                .userAddress(SOCKADDR4)
                                .waited(4_100_000)
                                .queue(3, 511),
                        "accept4(" + LISTENER + ", {peer}, [16], SOCK_CLOEXEC|SOCK_NONBLOCK) = " + ACCEPTED
                                + " <0.000012> wait=0.004100 queue=3/511"),
                line(
                        "equal lengths",
                        tcp().addrlenIn(16).addrlenOut(16).userAddress(SOCKADDR4),
                        "accept4(" + LISTENER + ", {peer}, [16], SOCK_CLOEXEC|SOCK_NONBLOCK) = " + ACCEPTED
                                + " <0.000012>"),
                line(
                        "length unreadable on entry",
                        tcp().addrlenOut(16).userAddress(SOCKADDR4),
                        "accept4(" + LISTENER + ", {peer}, [16], SOCK_CLOEXEC|SOCK_NONBLOCK) = " + ACCEPTED
                                + " <0.000012>"),
                line(
                        "address cut short",
                        tcp().addrlenIn(8).addrlenOut(16).userAddress(sockaddr(2, "cdcc 0a000009")),
                        "accept4(" + LISTENER + ", {sa_family=AF_INET, sa_data=\"\\315\\314\\n\\0\\0\\t\"}, [8 => 16], "
                                + "SOCK_CLOEXEC|SOCK_NONBLOCK) = " + ACCEPTED + " <0.000012>"),
                line(
                        "only the family",
                        tcp().addrlenIn(2).addrlenOut(16).userAddress(sockaddr(2, "")),
                        "accept4(" + LISTENER + ", {sa_family=AF_INET}, [2 => 16], SOCK_CLOEXEC|SOCK_NONBLOCK) = "
                                + ACCEPTED + " <0.000012>"),
                line(
                        "not even the family",
                        tcp().addrlenIn(1).addrlenOut(16).userAddress(new byte[] {2}),
                        "accept4(" + LISTENER + ", 0x7ffc12345678, [1 => 16], SOCK_CLOEXEC|SOCK_NONBLOCK) = " + ACCEPTED
                                + " <0.000012>"),
                line(
                        "no address wanted",
                        tcp().arguments(0, 0, 0),
                        "accept4(" + LISTENER + ", NULL, NULL, 0) = " + ACCEPTED + " <0.000012>"),
                line(
                        "length without address",
                        tcp().arguments(0, LENGTH, 0),
                        "accept4(" + LISTENER + ", NULL, 0x7ffc12345670, 0) = " + ACCEPTED + " <0.000012>"));
    }

    private static Stream<Arguments> memoryOfTheCaller() {
        return Stream.of(
                line(
                        "memory changed meanwhile",
                        tcp().addrlenIn(16)
                                .addrlenOut(16)
                                .userAddress(sockaddr(2, "cdcc 0a0000ff 0000000000000000"))
                                .racy(),
                        "accept4(" + LISTENER
                                + ", {sa_family=AF_INET, sin_port=htons(52684), sin_addr=inet_addr(\"10.0.0.255\")}, "
                                + "[16], SOCK_CLOEXEC|SOCK_NONBLOCK) = " + ACCEPTED
                                + " <0.000012> !addr-mismatch ~peer"),
                line(
                        "length changed meanwhile",
                        tcp().addrlenIn(16).addrlenOut(12).userAddress(sockaddr(2, "cdcc 0a000009 00000000")),
                        "accept4(" + LISTENER
                                + ", {sa_family=AF_INET, sa_data=\"\\315\\314\\n\\0\\0\\t\\0\\0\\0\\0\"}, "
                                + "[12], SOCK_CLOEXEC|SOCK_NONBLOCK) = " + ACCEPTED
                                + " <0.000012> !addr-mismatch"),
                line(
                        "a length that is too long for the address",
                        tcp().addrlenIn(16).addrlenOut(17).userAddress(SOCKADDR4),
                        "accept4(" + LISTENER + ", " + DECODED4 + ", [16 => 17], SOCK_CLOEXEC|SOCK_NONBLOCK) = "
                                + ACCEPTED + " <0.000012> !addr-mismatch"),
                line(
                        "a flow label is not a mismatch",
                        tcp6().userAddress(sockaddr(10, "a032 00000007 00000000000000000000000000000001 00000000")),
                        "accept4(6<TCPv6:[[::]:8080]>, {sa_family=AF_INET6, sin6_port=htons(41010), "
                                + "sin6_flowinfo=htonl(7), inet_pton(AF_INET6, \"::1\", &sin6_addr), "
                                + "sin6_scope_id=0}, [28], 0) = 11<TCPv6:[[::1]:8080->[::1]:41010]> <0.000012>"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("lines")
    void formats(String name, RecordBuilder record, String expected) {
        assertEquals(CALLER + expected + "\n", format(record));
    }

    /**
     * The text of the accepted fd does not show the scope, so "{peer}", which refers to that text, would hide the
     * scope.
     */
    @Test
    void scopeOfThePeerIsShown() {
        String line = format(tcp6().peerScope(7)
                .userAddress(sockaddr(10, "a032 00000000 00000000000000000000000000000001 07000000")));
        assertTrue(line.contains("sin6_scope_id=7}, [28], 0) = 11<"), line);
    }

    @Test
    void verboseShowsTheWholeAddressAndBothLengths() {
        TextOptions verbose = new TextOptions(true, true, TextOptions.DEFAULT.fds(), Times.NONE, 0, true, false);
        String line =
                format(tcp().addrlenIn(112).addrlenOut(16).userAddress(SOCKADDR4), verbose, Text.Style.PLAIN_ASCII);
        assertTrue(line.startsWith(CALLER + "accept4(" + LISTENER + ", " + DECODED4 + ", [112 => 16], "), line);
    }

    /** "{peer}" refers to the address after "->", which is missing here. */
    @Test
    void addressIsShownIfTheFdDoesNotShowIt() {
        TextOptions numbers = new TextOptions(true, false, Set.of(), Times.NONE, 0, true, false);
        String line =
                format(tcp().addrlenIn(112).addrlenOut(16).userAddress(SOCKADDR4), numbers, Text.Style.PLAIN_ASCII);
        assertEquals(CALLER + "accept4(6, " + DECODED4 + ", [16], SOCK_CLOEXEC|SOCK_NONBLOCK) = 9\n", line);
    }

    private static Arguments line(String name, RecordBuilder record, String expected) {
        return Arguments.of(name, record, expected);
    }
}
