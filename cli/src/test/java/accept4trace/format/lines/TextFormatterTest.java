package accept4trace.format.lines;

import static accept4trace.format.SampleCalls.*;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import accept4trace.event.EventLayout;
import accept4trace.event.RecordBuilder;
import accept4trace.format.TextOptions;
import accept4trace.format.Times;
import accept4trace.text.Text;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests complete lines. The parts that strace also shows are copied from strace 6.1, for the same calls. */
class TextFormatterTest {
    private static final String LONGEST = "x".repeat(108);

    static Stream<Arguments> lines() {
        return Stream.of(connections(), failures(), unixCalls(), vsockCalls(), otherFds(), oddBeginnings(), troubles())
                .flatMap(cases -> cases);
    }

    private static Stream<Arguments> connections() {
        return Stream.of(
                line(
                        "running when tracing began",
                        tcp().arguments(0, 0, 0x800).enterUnseen(),
                        "accept4(" + LISTENER + ", NULL, NULL, SOCK_NONBLOCK) = " + ACCEPTED + " <>=0.000012>"),
                line(
                        "looked up afterwards",
                        tcp().arguments(0, 0, 0).queue(0, 1).racy(),
                        "accept4(" + LISTENER + ", NULL, NULL, 0) = " + ACCEPTED + " <0.000012> queue=0/1 ~peer"),
                line(
                        "gone before it could be looked up",
                        new RecordBuilder().tcpListener(ANY4, 443).ret(9).racy(),
                        "accept4(" + LISTENER + ", NULL, NULL, 0) = 9 <0.000012> ~peer"),
                line(
                        "IPv6",
                        tcp6().userAddress(sockaddr(10, "a032 00000000 00000000000000000000000000000001 00000000")),
                        "accept4(6<TCPv6:[[::]:8080]>, {peer}, [28], 0) = 11<TCPv6:[[::1]:8080->[::1]:41010]> "
                                + "<0.000012>"),
                line(
                        "IPv4 on an IPv6 listener",
                        new RecordBuilder()
                                .ret(13)
                                .tcpListener(new byte[16], 8080)
                                .tcpPeer(MAPPED, 8080, MAPPED, 58164),
                        "accept4(6<TCPv6:[[::]:8080]>, NULL, NULL, 0) = "
                                + "13<TCPv6:[[::ffff:127.0.0.1]:8080->[::ffff:127.0.0.1]:58164]> <0.000012>"));
    }

    @ParameterizedTest
    @MethodSource("handshakes")
    void showsHandshakes(RecordBuilder call, String plain, String verbose) {
        TextOptions options = new TextOptions(true, true, TextOptions.DEFAULT.fds(), Times.NONE, 0, true, false);
        String line = format(call, TextOptions.DEFAULT, Text.Style.PLAIN_ASCII);
        String details = format(call, options, Text.Style.PLAIN_ASCII);

        assertTrue(line.endsWith(ACCEPTED + " <0.000012>" + plain + "\n"), line);
        assertTrue(details.contains(ACCEPTED + verbose + " cgroup="), details);
    }

    private static Stream<Arguments> handshakes() {
        return Stream.of(
                Arguments.of(tcp().synacks(0, 18).received(0, 0, 0).halfOpen(0), "", " rtt=0.000018 cpu=0<-0"),
                Arguments.of(
                        tcp().synacks(2, 81_500).received(1460, 3, 12).halfOpen(257),
                        " synack=2",
                        " synack=2 rtt=0.081500 half-open=257 cpu=3<-12 bytes=1460"),
                Arguments.of(tcp().synacks(1, 0), " synack=1", " synack=1"),
                /* This connection was made from a SYN cookie. */
                Arguments.of(tcp().received(5, 1, 0), "", " synack=? cpu=1<-0 bytes=5"));
    }

    private static Stream<Arguments> failures() {
        return Stream.of(
                line(
                        "EAGAIN keeps pointers",
                        listening()
                                .arguments(BUFFER, LENGTH, 0x80000)
                                .addrlenIn(128)
                                .ret(-11),
                        "accept4(" + LISTENER + ", 0x7ffc12345678, [128], SOCK_CLOEXEC) = "
                                + "-1 EAGAIN (Resource temporarily unavailable) <0.000012>"),
                line(
                        "bad length pointer",
                        listening().arguments(BUFFER, 1, 0).ret(-14),
                        "accept4(" + LISTENER + ", 0x7ffc12345678, 0x1, 0) = -1 EFAULT (Bad address) <0.000012>"),
                line(
                        "bad fd",
                        new RecordBuilder().fd(-1).ret(-9),
                        "accept4(-1, NULL, NULL, 0) = -1 EBADF (Bad file descriptor) <0.000012>"),
                line(
                        "known and unknown flags",
                        listening().arguments(0, 0, 0x80001).ret(-22),
                        "accept4(" + LISTENER + ", NULL, NULL, SOCK_CLOEXEC|0x1) = -1 EINVAL (Invalid argument) "
                                + "<0.000012>"),
                line(
                        "one unknown flag",
                        listening().arguments(0, 0, 1).ret(-22),
                        "accept4(" + LISTENER + ", NULL, NULL, 0x1 /* SOCK_??? */) = -1 EINVAL (Invalid argument) "
                                + "<0.000012>"),
                line(
                        "to be restarted",
                        listening().ret(-512),
                        "accept4(" + LISTENER + ", NULL, NULL, 0) = ? ERESTARTSYS (To be restarted if SA_RESTART is "
                                + "set) <0.000012>"),
                line(
                        "unknown error",
                        listening().ret(-4000),
                        "accept4(" + LISTENER + ", NULL, NULL, 0) = -1 (errno 4000) <0.000012>"),
                line(
                        "unbound socket",
                        new RecordBuilder().tcpListener(ANY4, 0).ret(-22),
                        "accept4(6<TCP:[700]>, NULL, NULL, 0) = -1 EINVAL (Invalid argument) <0.000012>"));
    }

    private static Stream<Arguments> unixCalls() {
        byte[] client = ascii("\0cli");
        return Stream.of(
                line(
                        "unnamed client",
                        unix(PATH, new byte[0]).addrlenIn(110).addrlenOut(2).userAddress(sockaddr(1, "")),
                        "accept4(6<UNIX-STREAM:[700,\"/run/app.sock\"]>, {peer}, [2], 0) = "
                                + "9<UNIX-STREAM:[800->4711,\"/run/app.sock\"]> <0.000012>"),
                line(
                        "abstract client",
                        unix(PATH, client).addrlenIn(110).addrlenOut(6).userAddress(sockaddr(1, "00636c69")),
                        "accept4(6<UNIX-STREAM:[700,\"/run/app.sock\"]>, {sa_family=AF_UNIX, sun_path=@\"cli\"}, "
                                + "[6], 0) = 9<UNIX-STREAM:[800->4711,\"/run/app.sock\"]> <0.000012>"),
                line(
                        "a path that leaves no room for its NUL byte",
                        unix(PATH, ascii(LONGEST + "\0"))
                                .addrlenIn(110)
                                .addrlenOut(111)
                                .userAddress(sockaddr(1, "78".repeat(108))),
                        "accept4(6<UNIX-STREAM:[700,\"/run/app.sock\"]>, {sa_family=AF_UNIX, sun_path=\"" + LONGEST
                                + "\"}, [110 => 111], 0) = 9<UNIX-STREAM:[800->4711,\"/run/app.sock\"]> <0.000012>"),
                line(
                        "abstract listener with a NUL byte inside",
                        unix(ascii("\0a\0001"), new byte[0]).arguments(0, 0, 0),
                        "accept4(6<UNIX-STREAM:[700,@\"a\\0001\"]>, NULL, NULL, 0) = "
                                + "9<UNIX-STREAM:[800->4711,@\"a\\0001\"]> <0.000012>"));
    }

    private static Stream<Arguments> vsockCalls() {
        RecordBuilder call = new RecordBuilder()
                .arguments(BUFFER, LENGTH, 0)
                .ret(9)
                .vsock(2, 1234, 3, 0x80000001)
                .addrlenIn(16)
                .addrlenOut(16);
        return Stream.of(
                line(
                        "a guest",
                        call.userAddress(sockaddr(40, "0000 01000080 03000000 00 000000")),
                        "accept4(6<VSOCK:[*:1234]>, {peer}, [16], 0) = 9<VSOCK:[2:1234->3:2147483649]> <0.000012>"),
                line(
                        "a family without names",
                        new RecordBuilder().listenerOf(30, 1, 0, "TIPC").ret(-11),
                        "accept4(6<socket:[700]>, NULL, NULL, 0) = -1 EAGAIN (Resource temporarily unavailable) "
                                + "<0.000012>"));
    }

    private static Stream<Arguments> otherFds() {
        return Stream.of(
                line(
                        "a connected socket",
                        listening().listenerConnectedTo(CLIENT4, 9).ret(-22),
                        "accept4(6<TCP:[0.0.0.0:443->10.0.0.9:9]>, NULL, NULL, 0) = -1 EINVAL (Invalid argument) "
                                + "<0.000012>"),
                line(
                        "a raw socket",
                        new RecordBuilder().listenerOf(2, 3, 1, "").ret(-95),
                        "accept4(6<RAW:[700]>, NULL, NULL, 0) = -1 EOPNOTSUPP (Operation not supported) <0.000012>"),
                line(
                        "a device",
                        new RecordBuilder().file(1).ret(-88),
                        "accept4(6</dev/a\\76b<char 1:3>>, NULL, NULL, 0) = "
                                + "-1 ENOTSOCK (Socket operation on non-socket) <0.000012>"),
                line(
                        "a file that is no more",
                        new RecordBuilder().file(2).ret(-88),
                        "accept4(6</tmp/x>(deleted), NULL, NULL, 0) = "
                                + "-1 ENOTSOCK (Socket operation on non-socket) <0.000012>"),
                line(
                        "a file closed meanwhile",
                        new RecordBuilder().file(3).ret(-88),
                        "accept4(6, NULL, NULL, 0) = -1 ENOTSOCK (Socket operation on non-socket) <0.000012>"));
    }

    private static Stream<Arguments> oddBeginnings() {
        return Stream.of(
                line(
                        "denied by seccomp",
                        listening().bySeccomp().ret(-13),
                        "accept4(" + LISTENER + ", NULL, NULL, 0) = -1 EACCES (Permission denied) by=seccomp"),
                line(
                        "not remembered",
                        listening().enterLost().ret(-11),
                        "accept4(" + LISTENER + ", NULL, NULL, 0) = -1 EAGAIN (Resource temporarily unavailable) <?>"),
                line(
                        "killed in the call",
                        listening().killed().ret(-512),
                        "accept4(" + LISTENER + ", NULL, NULL, 0) = ? <0.000012>"),
                line(
                        "answered with a SIGSYS by seccomp",
                        listening().bySeccomp().killed().ret(288),
                        "accept4(" + LISTENER + ", NULL, NULL, 0) = ? by=seccomp"),
                line(
                        "a descriptor that seccomp made up",
                        listening().bySeccomp().ret(9),
                        "accept4(" + LISTENER + ", NULL, NULL, 0) = 9 by=seccomp"),
                line(
                        "of another ABI: arguments are unknown, but how many is known",
                        tcp().syscall(EventLayout.Syscall.ACCEPT).via(EventLayout.Via.COMPAT),
                        "accept(?<TCP:[0.0.0.0:443]>, ?, ?) = ?<TCP:[10.0.0.1:443->10.0.0.9:52684]> via=compat"),
                line("its exit was missed", listening().exitLost(), "accept4(" + LISTENER + ", NULL, NULL, 0) = ? <?>"),
                line(
                        "its exit was missed, its connection was not",
                        tcp().arguments(0, 0, 0).exitLost(),
                        "accept4(" + LISTENER + ", NULL, NULL, 0) = ?<TCP:[10.0.0.1:443->10.0.0.9:52684]> <?>"),
                line(
                        "who connected",
                        unix(PATH, new byte[0]).arguments(0, 0, 0).peerTask(77, 1000, "a>"),
                        "accept4(6<UNIX-STREAM:[700,\"/run/app.sock\"]>, NULL, NULL, 0) = "
                                + "9<UNIX-STREAM:[800->4711,\"/run/app.sock\"]> <0.000012> peer=77<a\\76> uid=1000"),
                line(
                        "who connected and has ended",
                        unix(PATH, new byte[0]).arguments(0, 0, 0).peerTask(77, -1, ""),
                        "accept4(6<UNIX-STREAM:[700,\"/run/app.sock\"]>, NULL, NULL, 0) = "
                                + "9<UNIX-STREAM:[800->4711,\"/run/app.sock\"]> <0.000012> peer=77 uid=4294967295"));
    }

    private static Stream<Arguments> troubles() {
        RecordBuilder lostUnix = unix(PATH, new byte[0]).arguments(0, 1, 0).ret(-14);
        return Stream.of(
                line(
                        "taken off the queue and dropped",
                        tcp().arguments(BUFFER, 1, 0).ret(-14).waited(7_000).queue(0, 5),
                        "accept4(" + LISTENER + ", 0x7ffc12345678, 0x1, 0) = -1 EFAULT (Bad address) <0.000012> "
                                + "wait=0.000007 queue=0/5 lost=10.0.0.9:52684"),
                line(
                        "an AF_UNIX client dropped",
                        lostUnix,
                        "accept4(6<UNIX-STREAM:[700,\"/run/app.sock\"]>, NULL, 0x1, 0) = -1 EFAULT (Bad address) "
                                + "<0.000012> lost=UNIX-STREAM:[4711]"),
                line(
                        "an AF_UNIX client dropped that is gone",
                        unix(PATH, new byte[0])
                                .unixPeer(PATH, new byte[0], 0)
                                .arguments(0, 1, 0)
                                .ret(-14),
                        "accept4(6<UNIX-STREAM:[700,\"/run/app.sock\"]>, NULL, 0x1, 0) = -1 EFAULT (Bad address) "
                                + "<0.000012> lost=UNIX-STREAM:[?]"),
                line(
                        "no connection: a socket of AF_ALG has no other end",
                        listening().accepted(38).ret(-103),
                        "accept4(" + LISTENER + ", NULL, NULL, 0) = -1 ECONNABORTED (Software caused connection abort)"
                                + " <0.000012>"),
                line(
                        "a peer that is not known cannot disagree",
                        tcp().tcpPeer(SERVER4, 443, ANY4, 0)
                                .addrlenIn(16)
                                .addrlenOut(16)
                                .userAddress(SOCKADDR4),
                        "accept4(" + LISTENER
                                + ", {sa_family=AF_INET, sin_port=htons(52684), sin_addr=inet_addr(\"10.0.0.9\")}, "
                                + "[16], SOCK_CLOEXEC|SOCK_NONBLOCK) = 9<TCP:[10.0.0.1:443]> <0.000012>"),
                line(
                        "reset before it was accepted",
                        tcp().arguments(0, 0, 0).reset(),
                        "accept4(" + LISTENER + ", NULL, NULL, 0) = " + ACCEPTED + " <0.000012> !reset"));
    }

    /** The line has the longest ids and addresses that are likely for an nginx. */
    @Test
    void lineOfNginxWithIpv4IsShort() {
        byte[] server = {(byte) 192, (byte) 168, 100, (byte) 200};
        byte[] client = {(byte) 203, 0, 113, (byte) 195};
        String line = format(new RecordBuilder()
                .by(4_194_303, 4_194_303)
                .threadComm("nginx")
                .fd(10)
                .arguments(BUFFER, LENGTH, 0x800)
                .addrlenIn(112)
                .addrlenOut(16)
                .userAddress(sockaddr(2, "fffe cb0071c3 0000000000000000"))
                .ret(1023)
                .tcpListener(ANY4, 443)
                .tcpPeer(server, 443, client, 65_534)
                .waited(4_100_000)
                .queue(511, 511));
        assertEquals(
                "[pid 4194303<nginx>] accept4(10<TCP:[0.0.0.0:443]>, {peer}, [16], SOCK_NONBLOCK)"
                        + " = 1023<TCP:[192.168.100.200:443->203.0.113.195:65534]> <0.000012> wait=0.004100 queue=511/511\n",
                line);
        assertTrue(line.length() - 1 <= 175, () -> line.length() + " characters");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("lines")
    void formats(String name, RecordBuilder record, String expected) {
        assertEquals(CALLER + expected + "\n", format(record));
    }

    @ParameterizedTest
    @CsvSource({
        "0, exited with 0",
        "0x300, exited with 3",
        "9, killed by SIGKILL",
        "0x8b, killed by SIGSEGV (core dumped)",
        "34, killed by SIGRT_2"
    })
    void showsHowAProcessEnded(String waitStatus, String expected) {
        Text text = new Text();
        new TextFormatter(TextOptions.DEFAULT, DETAILS, CLOCK)
                .format(
                        text,
                        new RecordBuilder()
                                .processExit(Integer.decode(waitStatus))
                                .decodeExit());
        assertEquals("[pid 1234<nginx>] +++ " + expected + " +++\n", text.toString());
    }

    @Test
    void namesAreEscaped() {
        String line = format(listening().threadComm("a> x\n\u001b[31m\u00e9").ret(-11));
        assertTrue(
                line.startsWith("[pid 1235<a\\76 x\\n\\33[31m\\351>] accept4("), () -> "unexpected beginning: " + line);
    }

    /** Arbitrary names result in one line of printable ASCII. */
    @Test
    void anyNameGivesOnePrintableLine() {
        Random random = new Random(7);
        for (int i = 0; i < 2_000; i++) {
            byte[] name = new byte[1 + random.nextInt(108)];
            random.nextBytes(name);
            byte[] address = new byte[random.nextInt(129)];
            random.nextBytes(address);
            String line = format(unix(name, name).addrlenIn(128).addrlenOut(128).userAddress(address));
            assertTrue(line.matches("[ -~]+\n"), () -> "unprintable: " + line);
        }
    }

    private static Arguments line(String name, RecordBuilder record, String expected) {
        return Arguments.of(name, record, expected);
    }
}
