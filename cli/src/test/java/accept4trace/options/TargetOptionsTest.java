package accept4trace.options;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import accept4trace.outcome.ExitStatus;
import accept4trace.outcome.UserError;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests the options that select what to trace. */
class TargetOptionsTest {
    private static Settings.Target target(String... arguments) throws UserError {
        return Arguments.parse(arguments).target();
    }

    private static String selection(String line) throws UserError {
        return Arguments.parse(line.split(" ")).selection().target();
    }

    @Test
    void processesAreSeparatedByCommasOrBlanks() throws Exception {
        Settings.Target target = target("-p", "1,nginx", "--attach", "2 3\nhaproxy\t4", "-p1", "-p", "nginx");
        assertEquals(List.of(1, 2, 3, 4), target.pids());
        assertEquals(List.of("nginx", "haproxy"), target.names());
    }

    @Test
    void onlyDigitsAreAnId() throws Exception {
        Settings.Target target = target("-p", "007,7up,+5,1.5,\u0661");
        assertEquals(List.of(7), target.pids());
        assertEquals(List.of("7up", "+5", "1.5", "\u0661"), target.names());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--port=443 | port 443",
                "--port=443,80 --port=8400-8410 | port 443,80, 8400-8410",
                "--listener=[::]:80 --listener=127.0.0.1 | listener [::]:80, 127.0.0.1",
                "--listener=/run/a --listener=@b | listener /run/a, @b",
                "--comm=ng\u001binx | comm ng?inx",
                "--comm=nginx --comm=caddy | comm nginx, caddy",
                "--uid=www-data | user www-data",
                "--cgroup=/x | cgroup /x",
                "--netns=17 | network namespace of 17",
                "--uid=5 --port=1 --fd=4 | port 1 and user 5"
            })
    void filtersAreTargets(String filters, String description) throws Exception {
        assertTrue(target(filters.split(" ")).all());
        assertEquals(description, selection(filters));
        assertEquals(description, selection("--all " + filters));
        assertFalse(target((filters + " -p 7").split(" ")).all());
        assertFalse(target((filters + " -p nginx").split(" ")).all());
        assertFalse(target((filters + " ls").split(" ")).all());
    }

    @ParameterizedTest
    @CsvSource({"--fd=3", "--family=unix", "--peer=::1", "-z", "--min-wait=1s"})
    void otherFiltersAreNoTargets(String filter) throws Exception {
        UserError error = assertThrows(UserError.class, () -> target(filter));
        assertEquals("no process to trace, only the filter " + filter.replaceFirst("=.*", ""), error.getMessage());
        assertEquals("add --all, -p PID or a command", error.hint());
        assertEquals("", selection("--all " + filter));
    }

    @ParameterizedTest
    @CsvSource({"1234", "-q 1234", "-p 1 234", "--port=80 99"})
    void bareNumberIsNotACommand(String line) {
        String number = line.substring(line.lastIndexOf(' ') + 1);
        UserError error = assertThrows(UserError.class, () -> target(line.split(" ")));
        assertEquals("'" + number + "' is a number, not a command", error.getMessage());
        assertEquals(
                "-p " + number + " traces the process with this id, and -- " + number + " runs a command of this name",
                error.hint());
        assertEquals(ExitStatus.USAGE, error.status());
    }

    @Test
    void commandCanBeANumber() throws Exception {
        assertEquals(List.of("1234"), target("-q", "--", "1234").command());
        assertEquals(List.of("7up", "1"), target("7up", "1").command());
    }

    /** A user who types several words probably does not mean a running process. */
    @Test
    void onlyASingleWordMayMeanAProcess() throws Exception {
        assertTrue(target("nginx").running().bareWord());
        assertTrue(target("-q", "nginx").running().bareWord());
        assertFalse(target("--", "nginx").running().bareWord());
        assertFalse(target("nginx", "-t").running().bareWord());
        assertFalse(target("-p", "nginx").running().bareWord());
    }

    @Test
    void commandWithQueueProbablyMeansAProcess() {
        UserError error = assertThrows(UserError.class, () -> target("--queue", "nginx"));
        assertEquals("--queue takes no COMMAND", error.getMessage());
        assertEquals("-p selects running processes: --queue -p nginx", error.hint());
    }
}
