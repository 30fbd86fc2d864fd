package accept4trace.options;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import accept4trace.capture.CallFilter;
import accept4trace.capture.CallFilter.ListenerFilter;
import accept4trace.capture.CallFilter.Ports;
import accept4trace.capture.Probe;
import accept4trace.outcome.ExitStatus;
import accept4trace.outcome.UserError;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests the options that select calls, and the addresses in the values of these options. */
class FilterOptionsTest {
    @Test
    void everyFilterOptionIsParsed() throws Exception {
        assertEquals(CallFilter.NONE, Arguments.parse("--all").selection().filter());
        CallFilter filter = Arguments.parse(
                        "-f",
                        "-p1",
                        "--fd=-1",
                        "--fd=3,4",
                        "--comm=a b",
                        "--comm=c,d",
                        "--cgroup=/x",
                        "--family=inet6",
                        "-Z",
                        "--min-duration=2ms",
                        "--min-wait=1",
                        "--port=1,2",
                        "--port=3",
                        "--peer=10.1.2.3/8",
                        "--peer=::1",
                        "--listener=[::]:80")
                .selection()
                .filter();
        assertEquals(List.of(-1, 3, 4), filter.listener().fds());
        assertEquals(List.of("a b", "c,d"), filter.caller().comms());
        assertEquals("/x", filter.caller().cgroup());
        assertEquals(10, filter.listener().family());
        assertEquals(Set.of(CallFilter.Status.FAILED), filter.statuses());
        assertEquals(2_000_000, filter.minDurationNs());
        assertEquals(1_000_000_000, filter.minWaitNs());
        assertEquals(
                List.of(new Ports(1, 1), new Ports(2, 2), new Ports(3, 3)),
                filter.listener().ports());
        assertEquals(104, filter.peers().get(0).prefix());
        assertEquals(128, filter.peers().get(1).prefix());
        assertEquals(80, filter.listener().addresses().get(0).port());
    }

    /** The names stand for the families of listeners that can match. */
    @ParameterizedTest
    @CsvSource({
        "-f, TCP UNIX",
        "--family=unix, UNIX",
        "--family=inet, TCP",
        "--family=vsock, ''",
        "--port=80, TCP",
        "--peer=::1, TCP",
        "--listener=127.0.0.1, TCP",
        "--listener=/run/a.sock, UNIX"
    })
    void familiesOfListeners(String option, String families) throws Exception {
        CallFilter filter = Arguments.parse("-p1", option).selection().filter();
        assertEquals(families.contains("TCP"), filter.canBeTcp());
        assertEquals(families.contains("UNIX"), filter.canBeUnix());
    }

    /** An explicit set is the whole set, not an addition to the default. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "-q | accept4, accept",
                "-estatus=failed | accept4, accept",
                "-etrace=accept4 | accept4",
                "-etrace=accept | accept",
                "-eaccept,accept4 | accept4, accept",
                "-e%poll,listen | listen, %poll",
                "-e!accept4 | accept, io_uring, bind, listen, %poll",
                "-eall | accept4, accept, io_uring, bind, listen, %poll",
                "-erefused,accept | accept, refused connections",
                "-eall,refused | accept4, accept, io_uring, bind, listen, %poll, refused connections",
                "-ebind,closed | bind, closed listeners",
                "-e!closed | accept4, accept, io_uring, bind, listen, %poll"
            })
    void callsToTrace(String option, String calls) throws Exception {
        assertEquals(
                List.of(calls.split(", ")),
                Arguments.parse("--all", option).selection().filter().callNames());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "-e bind,closed --format=strace | -e trace=closed cannot be used with --format=strace, because strace has "
                        + "no such lines",
                "-e closed --count=1 | --count requires a call such as accept4 in -e trace=",
                "-e closed --fd=3 | --fd cannot select closed listeners (-e trace=closed)",
                "-e closed -Z | -Z requires a call such as accept4 in -e trace=",
                "-e closed --min-duration=1s | --min-duration requires a call such as accept4 in -e trace=",
                "-e closed -k | -k requires a call such as accept4 in -e trace=",
                "-e refused -e status=failed | -e status requires a call such as accept4 in -e trace=",
                "-e refused -e decode-fds=path | -e decode-fds requires a call such as accept4 in -e trace=",
                "-e closed -y | -y requires a call such as accept4 in -e trace=",
                "-e closed --no-duration | --no-duration requires accept4, accept, bind, listen or %poll in -e trace=",
                "-e closed --no-fold | --no-fold requires a call such as accept4 in -e trace=",
                "-e refused -c -S calls | -S requires a call such as accept4 in -e trace=",
                "-e listen --resolve | --resolve requires accept4, accept, io_uring, refused or closed in -e trace=",
                "-e closed -a50 | -a requires a call such as accept4 in -e trace=",
                "-e refused --min-wait=1s | --min-wait requires accept4, accept, io_uring or closed in -e trace=",
                "-e bind,%poll --min-wait=1s | --min-wait requires accept4, accept, io_uring or closed in -e trace=",
                "-e listen --peer=::1 | --peer requires accept4, accept, io_uring, refused or closed in -e trace=",
                "-e io_uring,refused --fd=5 | --fd requires accept4, accept, bind, listen or %poll in -e trace=",
                "-e accept4,closed --fd=5 | --fd cannot select closed listeners (-e trace=closed)"
            })
    void optionsThatNeedCalls(String arguments, String message) {
        UserError error = assertThrows(UserError.class, () -> Arguments.parse((arguments + " --all").split(" ")));
        assertEquals(message, error.getMessage());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-e closed --min-wait=1s",
                "-e closed --peer=::1",
                "-e refused --peer=::1",
                "-e refused,io_uring --min-wait=1s",
                "-e status=failed -c",
                "-e refused -c",
                "-e closed -C",
                "-e closed --interval=1s",
                "-e closed --live",
                "--queue --min-wait=1s --peer=::1"
            })
    void filtersThatSomethingCanPass(String arguments) throws Exception {
        Arguments.parse((arguments + " --all").split(" "));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--format=json -e decode-fds=path | -e decode-fds requires lines in text or strace's format",
                "-c --trace decode-fds=path | --trace decode-fds requires lines in text or strace's format",
                "-y -e decode-fds=path | -e decode-fds cannot be used with -y",
                "--decode-fds=dev -e decode-fds=path | --decode-fds cannot be used with -e decode-fds",
                "-e decode-fds=x -e decode-fds=path | -e decode-fds: 'x' is not one of all, none, path, socket, dev",
                "--status=failed -e status=failed | --status cannot be used with -e status",
                "-z -e status=failed | -e status cannot be used with -z",
                "-e status=x -e status=failed | -e status: 'x' is not one of all, none, successful, failed, unfinished",
                "-e status=none | -e status: no status is selected"
            })
    void expressionsAreCheckedLikeTheirOptions(String arguments, String message) {
        UserError error = assertThrows(UserError.class, () -> Arguments.parse((arguments + " --all").split(" ")));
        assertEquals(message, error.getMessage());
    }

    @Test
    void straceHasNoLinesForRefusedConnections() {
        UserError error = assertThrows(
                UserError.class, () -> Arguments.parse("--all", "--format=strace", "-e", "trace=accept,refused"));
        assertEquals(
                "-e trace=refused cannot be used with --format=strace, because strace has no such lines",
                error.getMessage());
        assertEquals("use --format=text or --format=json, or select only calls", error.hint());
    }

    @Test
    void lastSetOfCallsCounts() throws Exception {
        assertEquals(
                List.of("accept"),
                Arguments.parse("--all", "-etrace=accept4", "-etrace=accept")
                        .selection()
                        .filter()
                        .callNames());
    }

    @Test
    void namesAreResolvedLater() throws Exception {
        Settings settings = Arguments.parse("--all", "--uid=www-data", "--netns=17", "--probe=fd_install");
        assertEquals("www-data", settings.selection().uid());
        assertEquals(
                "4294967294",
                Arguments.parse("--all", "--uid=4294967294").selection().uid());
        assertEquals(17, settings.selection().netnsOf());
        assertEquals(Probe.FD_INSTALL, settings.capture().probe());
        assertEquals(Probe.AUTO, Arguments.parse("--all").capture().probe());
    }

    @Test
    void ipv4MappedNetworks() throws Exception {
        CallFilter filter = Arguments.parse("--all", "--peer", "::ffff:10.0.0.0/104", "--peer", "10.0.0.0/8")
                .selection()
                .filter();
        assertEquals(104, filter.peers().get(0).prefix());
        assertEquals(104, filter.peers().get(1).prefix());
    }

    @ParameterizedTest
    @CsvSource({
        "::, 00000000000000000000000000000000",
        "::1, 00000000000000000000000000000001",
        "fe80::, fe800000000000000000000000000000",
        "1:2:3:4:5:6:7:8, 00010002000300040005000600070008",
        "1::8, 00010000000000000000000000000008",
        "1:2:3:4:5:6:7::, 00010002000300040005000600070000",
        "::FFFF:10.0.0.9, 00000000000000000000ffff0a000009",
        "1:2:3:4:5:6:1.2.3.4, 00010002000300040005000601020304",
        "255.0.0.1, 00000000000000000000ffffff000001"
    })
    void addressesAreReadWithoutAResolver(String text, String bytes) {
        assertEquals(bytes, HexFormat.of().formatHex(IpLiteral.parse(text)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ":",
                ":::",
                "1:",
                ":1",
                "1::8:",
                "12345::",
                "1:2:3:4:5:6:7:8:9",
                "1:2:3:4:5:6:7:8::",
                "g::",
                "::1.2.3",
                "1.2.3.4::",
                "1.2.3.4.5",
                "0x7f.0.0.1",
                "+1.2.3.4",
                "127.1",
                "fe80::1%eth0",
                "localhost"
            })
    void invalidAddressesAreRejected(String text) {
        assertEquals(null, IpLiteral.parse(text));
    }

    @Test
    void ambiguousAddressNeedsBrackets() throws Exception {
        UserError error = assertThrows(UserError.class, () -> Arguments.parse("--all", "--listener=::1:80"));
        assertEquals("--listener: '::1:80' is ambiguous: an address, or an address and a port", error.getMessage());
        assertEquals("write [::1]:80 or [::1:80]", error.hint());
        assertEquals(ExitStatus.USAGE, error.status());
        List<CallFilter.Network> networks = Arguments.parse(
                        "--all",
                        "--listener=[::1:80]",
                        "--listener=[::1]:80",
                        "--listener=::1",
                        "--listener=1:2:3:4:5:6:7:8")
                .selection()
                .filter()
                .listener()
                .addresses();
        assertEquals(
                List.of(0, 80, 0, 0),
                networks.stream().map(CallFilter.Network::port).toList());
    }

    private static ListenerFilter listener(String... options) throws UserError {
        return Arguments.parse(options).selection().filter().listener();
    }

    @Test
    void rangesOfPortsAddUp() throws Exception {
        assertEquals(
                List.of(new Ports(8400, 8410), new Ports(80, 80), new Ports(1, 65535)),
                listener("--port", "8400-8410,80", "--port=1-65535").ports());
    }

    @Test
    void listenersCanBeNames() throws Exception {
        ListenerFilter listener =
                listener("--listener=/run/a", "--listener", "127.0.0.1:80", "--listener=@b c", "--listener=./x@y");
        assertEquals(List.of("/run/a", "\0b c", "./x@y"), listener.names());
        assertEquals(
                List.of(80),
                listener.addresses().stream().map(CallFilter.Network::port).toList());
        String longest = "/" + "x".repeat(107);
        assertEquals(List.of(longest), listener("--listener", longest).names());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--port=80-70 | --port: 70 is less than 80: '80-70'",
                "--port=80- | --port: not a positive number: ''",
                "--port=-80 | --port: not a positive number: '-80'",
                "--port=80-65536 | --port: more than 65535: '65536'",
                "--port=0-80 | --port: not a positive number: '0'",
                "--port=1-2-3 | --port: not a positive number: '2-3'",
                "--listener=@ | --listener: a name has 1 to 108 bytes: '@'",
                "--listener=app.sock | --listener: not an address such as 127.0.0.1, 0.0.0.0:80, [::]:443, /run/app or "
                        + "@app: 'app.sock'",
                "--listener=/x --port=80 | --port selects IP sockets, but --listener an AF_UNIX socket",
                "--listener=/x --listener=::1 --peer=::1 | --peer selects IP sockets, but --listener an AF_UNIX socket",
                "--family=unix --port=80 | --port selects IP sockets, but --family others",
                "--family=vsock --peer=::1 --all | --peer selects IP sockets, but --family others",
                "--family=unix --listener=::1 | --listener and --family select different address families",
                "--family=inet --listener=@x | --listener and --family select different address families"
            })
    void filtersThatNothingCanPass(String options, String message) {
        UserError error = assertThrows(UserError.class, () -> Arguments.parse(options.split(" ")));
        assertEquals(message, error.getMessage());
        assertEquals(ExitStatus.USAGE, error.status());
    }

    @Test
    void tooLongNameIsRefused() {
        assertThrows(UserError.class, () -> listener("--listener", "/" + "x".repeat(108)));
        assertThrows(UserError.class, () -> listener("--listener", "@" + "x".repeat(108)));
    }

    @Test
    void tooManyRangesAreRefused() {
        UserError error = assertThrows(
                UserError.class, () -> Arguments.parse("--port", "1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17-18"));
        assertEquals("--port: more than 16 values", error.getMessage());
    }
}
