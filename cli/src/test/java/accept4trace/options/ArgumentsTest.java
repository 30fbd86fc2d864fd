package accept4trace.options;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import accept4trace.capture.CallFilter;
import accept4trace.diagnose.Finding;
import accept4trace.format.FdDecoding;
import accept4trace.format.TextOptions;
import accept4trace.format.Times;
import accept4trace.format.columns.Field;
import accept4trace.format.tables.SortKey;
import accept4trace.outcome.ExitStatus;
import accept4trace.outcome.UserError;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ArgumentsTest {
    @Test
    void everyOptionReachesTheSettings() throws Exception {
        Settings settings = Arguments.parse(
                "-qdT", "-p", "7", "-o", "out", "--count", "3", "--duration", "2m", "--buffer", "100K", "--strict");

        assertEquals(Settings.Action.TRACE, settings.task().action());
        assertEquals(List.of(7), settings.target().pids());
        assertFalse(settings.target().all());
        assertEquals("out", settings.output().path());
        assertTrue(settings.session().quiet());
        assertTrue(settings.capture().debug());
        assertEquals(3, settings.session().count());
        assertEquals(120_000_000_000L, settings.session().durationNs());
        assertEquals(128 * 1024, settings.capture().ringBytes());
        assertTrue(settings.session().strict());
    }

    @Test
    void defaults() throws Exception {
        Settings settings = Arguments.parse("--all");

        assertTrue(settings.target().all());
        assertEquals(List.of(), settings.target().pids());
        assertEquals(Settings.NO_LIMIT, settings.session().count());
        assertEquals(Settings.NO_LIMIT, settings.session().durationNs());
        assertEquals(4 << 20, settings.capture().ringBytes());
        assertFalse(settings.session().strict());
    }

    @Test
    void diagnosisFollowsChildrenAndTracesTheirWaits() throws Exception {
        Settings settings = Arguments.parse("--diagnose", "-p", "7", "--fail-on=any,herd");
        assertTrue(settings.report().diagnose());
        assertTrue(settings.target().follow());
        assertEquals(List.of(7), settings.target().pids());
        assertEquals(
                Set.of(
                        CallFilter.Call.ACCEPT4,
                        CallFilter.Call.ACCEPT,
                        CallFilter.Call.IO_URING,
                        CallFilter.Call.POLL,
                        CallFilter.Call.CLOSED),
                settings.selection().filter().calls());
        assertEquals(
                new FailOn(true, Set.of(Finding.Kind.HERD)), settings.report().failOn());
        assertEquals(16 << 20, settings.capture().ringBytes());
        assertFalse(Arguments.parse("--all").report().diagnose());
        assertEquals(FailOn.NOTHING, Arguments.parse("--all").report().failOn());
    }

    @ParameterizedTest
    @CsvSource({
        "--diagnose --all, 10000",
        "--diagnose=500ms --all, 500",
        "--diagnose 2m --all, 120000",
        "--diagnose --duration 3s --all, 3000",
        "--diagnose -- ls, 10000",
        "--diagnose 3 ls, 3000"
    })
    void durationOfADiagnosis(String arguments, long milliseconds) throws Exception {
        Settings settings = Arguments.parse(arguments.split(" "));
        assertTrue(settings.report().diagnose());
        assertEquals(milliseconds * 1_000_000, settings.session().durationNs());
        assertEquals(
                arguments.endsWith("ls") ? List.of("ls") : List.of(),
                settings.target().command());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--diagnose -Z | -Z cannot be used with --diagnose",
                "--diagnose -e accept | -e cannot be used with --diagnose",
                "--diagnose --format=strace | --diagnose requires --format=text or --format=json",
                "--diagnose=1s --duration 1s | --duration cannot be used with --diagnose TIME",
                "--diagnose x | --diagnose: not a time such as 10s, 1.5s, 500ms, 2m or 1h: 'x'",
                "--diagnose= | --diagnose: not a time such as 10s, 1.5s, 500ms, 2m or 1h: ''",
                "--fail-on=herd | --fail-on requires --diagnose",
                "--diagnose --fail-on=all | --fail-on: 'all' is not one of any, queue, stuck, emfile, enfile, lost, "
                        + "refused, closed, filling, slow, reset, blocking, herd, spin, unfair, late-handshake, turned-away, cloexec, io_uring",
                "--diagnose --fail-on=accept | --fail-on: 'accept' is no longer a finding, because accept is traced like "
                        + "accept4"
            })
    void optionsExcludedByDiagnose(String arguments, String message) {
        UserError error = assertThrows(UserError.class, () -> Arguments.parse((arguments + " --all").split(" ")));
        assertEquals(ExitStatus.USAGE, error.status());
        assertEquals(message, error.getMessage());
    }

    @Test
    void optionsOfTextLines() throws Exception {
        assertEquals(TextOptions.DEFAULT, Arguments.parse("-p1").output().text());
        assertEquals(
                new TextOptions(false, true, Set.of(), Times.NONE, 0, true, true),
                Arguments.parse("-v", "--no-duration", "--no-comm", "--decode-fds=none", "-p1")
                        .output()
                        .text());
        assertEquals(ColorWhen.AUTO, Arguments.parse("--all").output().color());
        assertEquals(
                ColorWhen.NEVER,
                Arguments.parse("--all", "--color=never").output().color());
    }

    @Test
    void optionsOfStraceLines() throws Exception {
        assertEquals(
                new TextOptions(false, false, Set.of(FdDecoding.values()), Times.NONE, 40, true, false),
                Arguments.parse("--format=strace", "-y", "-q", "-p1").output().text());
        assertEquals(
                new TextOptions(
                        true,
                        false,
                        Set.of(FdDecoding.SOCKET),
                        new Times(Times.Stamp.EPOCH, true, true),
                        9,
                        false,
                        false),
                Arguments.parse("--format=strace", "-TYrttt", "-a9", "-qq", "--decode-fds=socket", "-p1")
                        .output()
                        .text());
        assertEquals(
                Set.of(FdDecoding.PATH),
                Arguments.parse("-y", "--all").output().text().fds());
        assertEquals(TextOptions.DEFAULT, Arguments.parse("-yy", "-p1").output().text());
    }

    /** With -p, unit and container would be the same in every line, so they are omitted. */
    @Test
    void workloadsAreShownIfThereMayBeSeveral() throws Exception {
        assertFalse(Arguments.parse("-p1").output().text().workloads());
        assertFalse(Arguments.parse("-p1", "--port=80").output().text().workloads());
        assertTrue(Arguments.parse("--all").output().text().workloads());
        assertTrue(Arguments.parse("--port=80").output().text().workloads());
    }

    @Test
    void stacksRequireShownCalls() throws Exception {
        for (String report : new String[] {"-c", "--interval=1s", "--live", "--diagnose=1s"}) {
            UserError error = assertThrows(UserError.class, () -> Arguments.parse("-k", report, "-p", "1"), report);
            assertEquals("-k requires lines of calls in a format other than columns and perfetto", error.getMessage());
        }
        assertTrue(Arguments.parse("-k", "-C", "--all").capture().stacks());
        assertTrue(Arguments.parse("-k", "--live", "-o", "lines", "--all")
                .capture()
                .stacks());
    }

    @Test
    void stackOptions() throws Exception {
        assertTrue(Arguments.parse("-k", "--all").capture().stacks());
        assertTrue(Arguments.parse("--stack", "--all").capture().stacks());
        assertEquals(32 << 20, Arguments.parse("-k", "--all").capture().ringBytes());
        assertEquals(
                1 << 20, Arguments.parse("-k", "--buffer=1M", "--all").capture().ringBytes());
        assertFalse(Arguments.parse("--all").capture().stacks());
        assertFalse(Arguments.parse("--all").session().resolve());
        assertTrue(Arguments.parse("--resolve", "--all").session().resolve());
        assertThrows(UserError.class, () -> Arguments.parse("-k", "--format=columns", "--all"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "-s64 | addresses and names are always shown in full",
                "-ff | all lines go to one file; grep -F '[pid N<' finds those of a thread",
                "--trace-path=/x | --fd, --port, --listener and --peer select calls",
                "-n | calls are shown by name, not by number",
                "-EA=b | env sets variables of the command: -- env NAME=VALUE COMMAND",
                "--inject=all | traced programs are not stopped, so their calls cannot be changed",
                "--kvm=vcpu | ioctl is not traced, so exits of virtual CPUs are not seen",
                "--tips=full | there are no tips; --help lists all options"
            })
    void unsupportedStraceOptionsAreNamed(String option, String advice) {
        UserError error = assertThrows(UserError.class, () -> Arguments.parse(option, "--all"));
        assertEquals(ExitStatus.USAGE, error.status());
        assertEquals("strace's option '" + option + "' is not supported", error.getMessage());
        assertEquals(advice, error.hint());
    }

    @Test
    void noAdviceForOurOptions() {
        for (Option option : Option.values()) {
            option.names().forEach(name -> assertEquals(null, StraceOptions.advice(name), name));
        }
    }

    @Test
    void summaries() throws Exception {
        assertEquals(SummaryMode.NONE, Arguments.parse("--all").report().summary());
        assertEquals(SummaryMode.ONLY, Arguments.parse("-cw", "--all").report().summary());
        assertEquals(SummaryMode.ALSO, Arguments.parse("-C", "--all").report().summary());
        Settings interval = Arguments.parse("--interval=2s", "-S", "avg-time", "--all");
        assertEquals(SummaryMode.ONLY, interval.report().summary());
        assertEquals(2_000_000_000L, interval.report().intervalNs());
        assertEquals(SortKey.AVG_TIME, interval.report().sortKey());
    }

    @Test
    void optionsExcludedByLive() throws Exception {
        assertFalse(Arguments.parse("--all").report().live());
        assertTrue(Arguments.parse("--all", "--live", "-o", "out", "--format=json")
                .report()
                .live());
        assertEquals(
                "-c cannot be used with --live",
                assertThrows(UserError.class, () -> Arguments.parse("--all", "--live", "-c"))
                        .getMessage());
        assertEquals(
                "--format requires -o FILE with --live, which shows no lines",
                assertThrows(UserError.class, () -> Arguments.parse("--all", "--live", "--format=json"))
                        .getMessage());
        UserError command = assertThrows(UserError.class, () -> Arguments.parse("--live", "./server"));
        assertEquals(ExitStatus.USAGE, command.status());
        assertEquals("start the command in another terminal, and trace it with -p", command.hint());
    }

    @Test
    void columnsAndFolding() throws Exception {
        Settings settings = Arguments.parse("--format=columns", "--fields=peer,time", "-A", "-o", "x", "--all");
        assertEquals(Format.COLUMNS, settings.output().format());
        assertEquals(List.of(Field.PEER, Field.TIME), settings.output().fields());
        assertFalse(Arguments.parse("--no-fold", "--all").output().folding());
        assertTrue(settings.output().append());
        assertTrue(Arguments.parse("--all").output().folding());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "all | PATH, SOCKET, DEV",
                "socket | SOCKET",
                "path,dev | PATH, DEV",
                "!socket | PATH, DEV",
                "!none | PATH, SOCKET, DEV"
            })
    void setsFollowStracesSyntax(String set, String expected) throws Exception {
        Set<FdDecoding> fds =
                Stream.of(expected.split(", ")).map(FdDecoding::valueOf).collect(Collectors.toSet());
        assertEquals(
                fds,
                Arguments.parse("--all", "--decode-fds", set).output().text().fds());
    }

    @Test
    void commandCanRunAsAnotherUser() throws Exception {
        assertEquals(
                "nobody",
                Arguments.parse("-u", "nobody", "ls").target().running().user());
    }

    @Test
    void optionsAfterTheCommandBelongToIt() throws Exception {
        List<String> command = List.of("ls", "-l", "--all", "--", "-p");
        assertEquals(
                command,
                Arguments.parse("-q", "ls", "-l", "--all", "--", "-p").target().command());
        assertEquals(
                command,
                Arguments.parse("-q", "--", "ls", "-l", "--all", "--", "-p")
                        .target()
                        .command());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--all --color=red | --color: 'red' is not one of auto, always, never",
                "--all --decode-fds=path,x | --decode-fds: 'x' is not one of all, none, path, socket, dev",
                "--all --decode-fds= | --decode-fds: '' is not one of all, none, path, socket, dev",
                "--all -u nobody | -u requires a COMMAND",
                "--all --port=0 | --port: not a positive number: '0'",
                "--all --port=65536 | --port: more than 65535: '65536'",
                "--all --peer=host | --peer: not an address such as 10.0.0.9, 10.0.0.0/8 or fe80::/10: 'host'",
                "--all --peer=1.2.3.4/33 | --peer: not an address such as 10.0.0.9, 10.0.0.0/8 or fe80::/10: '1.2.3.4/33'",
                "--all --peer=1.2.3.256 | --peer: not an address such as 10.0.0.9, 10.0.0.0/8 or fe80::/10: '1.2.3.256'",
                "--all --listener=:::80 | --listener: not an address such as 127.0.0.1, 0.0.0.0:80, [::]:443, /run/app or "
                        + "@app: ':::80'",
                "--all -z -Z | -Z cannot be used with -z",
                "--all --status=none | --status: no status is selected",
                "--all --family=ipx | --family: not a number: 'ipx'",
                "--frob | unknown option '--frob'",
                "-p 1 -j | unknown option '-j'",
                "-p 1 ls -l | -p, --all and a command cannot be combined",
                "--all --family=-1 | --family: less than 0: '-1'",
                "--all --fd=-99999999999999999999 | --fd: less than -2147483648: '-99999999999999999999'",
                "--duration 99999999999999999999 -p 1 | --duration: longer than 1000000h: '99999999999999999999'",
                "-p 0 | -p: not a positive number: '0'",
                "-p -5 | -p: not a process id or name: '-5'",
                "-p nginx,-x | -p: not a process id or name: '-x'",
                "-p 99999999999 | -p: more than 2147483647: '99999999999'",
                "-p | '-p, --attach needs a value: PID|NAME[,...]'",
                "--count none -p 1 | --count: not a positive number: 'none'",
                "--duration 3x -p 1 | --duration: not a time such as 10s, 1.5s, 500ms, 2m or 1h: '3x'",
                "--duration .5 -p 1 | --duration: not a time such as 10s, 1.5s, 500ms, 2m or 1h: '.5'",
                "--min-wait 0.0 -p 1 | --min-wait: not a time such as 10s, 1.5s, 500ms, 2m or 1h: '0.0'",
                "--duration 5124096h -p 1 | --duration: longer than 1000000h: '5124096h'",
                "--interval 3000000h -p 1 | --interval: longer than 1000000h: '3000000h'",
                "--min-wait 999999999h -p 1 | --min-wait: longer than 1000000h: '999999999h'",
                "--all --uid=4294967296 | --uid: more than 4294967294: '4294967296'",
                "--all --uid=4294967295 | --uid: more than 4294967294: '4294967295'",
                "--all --uid=99999999999999999999 | --uid: more than 4294967294: '99999999999999999999'",
                "--all --cgroup= | --cgroup: the path is empty",
                "--comm= | --comm: the name is empty",
                "-p 9999999999999999999 | -p: more than 2147483647: '9999999999999999999'",
                "-p 1 --count \u0661 | --count: not a positive number: '?'",
                "-p 1 --fd \u0661 | --fd: not a number: '?'",
                "--all --peer=1.2.3 | --peer: not an address such as 10.0.0.9, 10.0.0.0/8 or fe80::/10: '1.2.3'",
                "--all --peer=1.2.3.04 | --peer: not an address such as 10.0.0.9, 10.0.0.0/8 or fe80::/10: '1.2.3.04'",
                "--all --peer=1::2::3 | --peer: not an address such as 10.0.0.9, 10.0.0.0/8 or fe80::/10: '1::2::3'",
                "--all --peer=:: --peer=1:2:3:4:5:6:7 | --peer: not an address such as 10.0.0.9, 10.0.0.0/8 or fe80::/10: '1:2:3:4:5:6:7'",
                "--all --peer=::1.2.3.256 | --peer: not an address such as 10.0.0.9, 10.0.0.0/8 or fe80::/10: '::1.2.3.256'",
                "--all --live --diagnose | --live cannot be used with --diagnose",
                "--all --live --diagnose --fail-on=any | --live cannot be used with --diagnose",
                "--buffer 1K -p 1 | --buffer: not a size from 4K to 1G: '1K'",
                "--buffer 2G -p 1 | --buffer: not a size from 4K to 1G: '2G'",
                "--buffer big -p 1 | --buffer: not a size from 4K to 1G: 'big'",
                "-p , | -p: no process in ','",
                "--all -p 1 | -p, --all and a command cannot be combined",
            })
    void usageErrors(String line, String message) {
        UserError error = assertThrows(UserError.class, () -> Arguments.parse(line.split(" ")));
        assertEquals(message, error.getMessage());
        assertEquals(ExitStatus.USAGE, error.status());
        assertEquals("accept4-trace -h lists the options", error.hint());
    }

    @Test
    void noTargetShowsTheSynopsis() {
        UserError error = assertThrows(UserError.class, () -> Arguments.parse("-q"));
        assertEquals("no process to trace", error.getMessage());
        for (String line : Help.SYNOPSIS) {
            assertTrue(error.hint().contains(line), line);
        }
    }

    @Test
    void messagesAreEscaped() {
        UserError error = assertThrows(UserError.class, () -> Arguments.parse("-p", "1", "--\u001b[31m\nx"));
        assertEquals("unknown option '--?[31m?x'", error.getMessage());
    }

    @Test
    void outputPathIsNotChanged() throws Exception {
        for (String output : List.of("|a  //b/ ", "x\u00ff", "dir/", "./a//b", "")) {
            assertEquals(output, Arguments.parse("-o", output, "--all").output().path());
        }
    }

    @Test
    void atSignIsNotSpecial() throws Exception {
        List<String> command = List.of("curl", "-d", "@/etc/hostname", "@.");
        assertEquals(
                command,
                Arguments.parse("--", "curl", "-d", "@/etc/hostname", "@.")
                        .target()
                        .command());
        assertEquals(
                List.of("@."),
                Arguments.parse("--all", "--comm", "@.")
                        .selection()
                        .filter()
                        .caller()
                        .comms());
    }
}
