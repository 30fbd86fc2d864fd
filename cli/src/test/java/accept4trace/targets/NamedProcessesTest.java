package accept4trace.targets;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import accept4trace.outcome.UserError;
import accept4trace.output.Notices;
import accept4trace.proc.Processes;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NamedProcessesTest {
    @TempDir
    private Path proc;

    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @BeforeEach
    void startInit() throws Exception {
        status(1, 1);
    }

    private Path status(int id, int tgid) throws Exception {
        Path folder = Files.createDirectories(proc.resolve(Integer.toString(id)));
        Files.writeString(folder.resolve("status"), "Name:\tx\nTgid:\t" + tgid + "\n");
        return folder;
    }

    private void process(int id, int tgid, String comm) throws Exception {
        Path folder = status(id, tgid);
        Files.writeString(folder.resolve("comm"), comm + "\n");
        Files.createSymbolicLink(folder.resolve("exe"), Path.of("/nonexistent/python3"));
    }

    private List<Integer> find(List<Integer> ids, List<String> names) throws UserError {
        Notices notices = new Notices(new PrintStream(err, true, StandardCharsets.UTF_8), false);
        return NamedProcesses.find(ids, names, new Processes(proc), notices);
    }

    private List<Integer> find(Integer... ids) throws UserError {
        return find(List.of(ids), List.of());
    }

    private String notices() {
        return err.toString(StandardCharsets.UTF_8);
    }

    @Test
    void threadIdSelectsItsProcess() throws Exception {
        process(10, 10, "nginx");
        process(11, 10, "nginx");

        assertEquals(List.of(10), find(11, 10));
        assertEquals("accept4-trace: 11 is a thread of 10: its whole process is selected\n", notices());
    }

    @Test
    void nameSelectsAllItsProcesses() throws Exception {
        process(10, 10, "web");
        process(20, 20, "db");
        process(30, 30, "web");

        assertEquals(Set.of(10, 30), Set.copyOf(find(List.of(), List.of("web"))));
        assertEquals(Set.of(10, 20, 30), Set.copyOf(find(List.of(20), List.of("web", "python3"))));
        assertEquals("", notices());
    }

    @Test
    void missingProcessesAreReportedIfOthersExist() throws Exception {
        process(10, 10, "nginx");

        assertEquals(List.of(10), find(List.of(9, 10), List.of("ngin\u001bx")));
        assertEquals("accept4-trace: no such process: 9\naccept4-trace: no process is named 'ngin?x'\n", notices());
        UserError error = assertThrows(UserError.class, () -> find(9));
        assertEquals("no such process: 9", error.getMessage());
        assertEquals(1, error.status());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "web | pgrep -af NAME searches command lines; --comm NAME also traces processes that start later",
                "/usr/sbin/nginx | names have no folders: -p nginx"
            })
    void noProcessHasTheName(String name, String hint) throws Exception {
        process(10, 10, "nginx");

        UserError error = assertThrows(UserError.class, () -> find(List.of(3), List.of("other", name)));
        assertEquals("no process is named '" + name + "'", error.getMessage());
        assertEquals(hint, error.hint());
        assertEquals(1, error.status());
        assertEquals("accept4-trace: no such process: 3\naccept4-trace: no process is named 'other'\n", notices());
    }

    /** Makes /proc/9/status a folder, so that not even root can read it. */
    @Test
    void unreadableProcessIsNotMissing() throws Exception {
        process(10, 10, "nginx");
        Files.createDirectories(proc.resolve("9/status"));

        UserError error = assertThrows(UserError.class, () -> find(9, 10));
        assertEquals("cannot inspect process 9: Is a directory", error.getMessage());
    }

    @Test
    void hiddenProcessesAreNotMissing() throws Exception {
        Files.move(proc.resolve("1"), proc.resolve("hidden"));

        String why = ": /proc does not show the processes of other users";
        UserError id = assertThrows(UserError.class, () -> find(9));
        assertEquals("cannot inspect process 9" + why, id.getMessage());
        UserError name = assertThrows(UserError.class, () -> find(List.of(), List.of("web")));
        assertEquals("cannot inspect processes named 'web'" + why, name.getMessage());
    }

    @Test
    void unreadableProcessesMayHaveTheName() throws Exception {
        Files.delete(proc.resolve("1/status"));
        Files.createDirectories(proc.resolve("1/status"));

        UserError error = assertThrows(UserError.class, () -> find(List.of(), List.of("web")));
        assertEquals("cannot inspect processes named 'web': Is a directory", error.getMessage());
    }
}
