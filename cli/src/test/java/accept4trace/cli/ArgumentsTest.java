package accept4trace.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ArgumentsTest {
    @Test
    void everyOptionReachesTheSettings() throws Exception {
        Settings settings = Arguments.parse(
                "-qdT", "-p", "7", "-o", "out", "--count", "3", "--duration", "2m", "--buffer", "100K", "--strict");

        assertEquals(Settings.Action.TRACE, settings.action());
        assertEquals(List.of(7), settings.pids());
        assertFalse(settings.all());
        assertEquals(Path.of("out"), settings.output());
        assertTrue(settings.quiet());
        assertTrue(settings.debug());
        assertEquals(3, settings.count());
        assertEquals(120_000_000_000L, settings.durationNs());
        assertEquals(128 * 1024, settings.ringBytes());
        assertTrue(settings.strict());
    }

    @Test
    void defaults() throws Exception {
        Settings settings = Arguments.parse("--all");

        assertTrue(settings.all());
        assertEquals(List.of(), settings.pids());
        assertEquals(0, settings.count());
        assertEquals(0, settings.durationNs());
        assertEquals(4 << 20, settings.ringBytes());
        assertFalse(settings.strict());
    }

    @Test
    void processIdsAreSeparatedAsPidofAndStraceDo() throws Exception {
        assertEquals(
                List.of(1, 2, 3, 4, 5),
                Arguments.parse("-p", "1,2", "--attach", "3 4\n5", "-p1").pids());
    }

    @Test
    void theCommandsOptionsAreItsOwn() throws Exception {
        List<String> command = List.of("ls", "-l", "--all", "--", "-p");
        assertEquals(
                command, Arguments.parse("-q", "ls", "-l", "--all", "--", "-p").command());
        assertEquals(
                command,
                Arguments.parse("-q", "--", "ls", "-l", "--all", "--", "-p").command());
    }

    @ParameterizedTest
    @CsvSource({"-h, SHOW_HELP", "--help, SHOW_HELP", "-V, SHOW_VERSION", "--version, SHOW_VERSION", "--check, CHECK"})
    void actionsNeedNoTarget(String option, Settings.Action action) throws Exception {
        assertEquals(action, Arguments.parse(option).action());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--frob | unknown option '--frob'",
                "-p 1 -x | unknown option '-x'",
                "-p 1 ls -l | -p, --all and a command exclude each other",
                "-p 0 | -p: not a positive number: '0'",
                "-p nginx | -p: not a positive number: 'nginx'",
                "-p 99999999999 | -p: not a positive number: '99999999999'",
                "-p | -p, --attach needs a value: PID[,PID...]",
                "--count none -p 1 | --count: not a positive number: 'none'",
                "--duration 3x -p 1 | --duration: not a time such as 10s, 500ms, 2m or 1h: '3x'",
                "--duration 0 -p 1 | --duration: not a time such as 10s, 500ms, 2m or 1h: '0'",
                "--buffer 1K -p 1 | --buffer: not a size from 4K to 1G: '1K'",
                "--buffer 2G -p 1 | --buffer: not a size from 4K to 1G: '2G'",
                "--buffer big -p 1 | --buffer: not a size from 4K to 1G: 'big'",
                "--all -p 1 | -p, --all and a command exclude each other",
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
    void messagesStayHarmless() {
        UserError error = assertThrows(UserError.class, () -> Arguments.parse("-p", "1", "--\u001b[31m\nx"));
        assertEquals("unknown option '--?[31m?x'", error.getMessage());
    }
}
