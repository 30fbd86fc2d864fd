package accept4trace.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests files of -o: their owners, refused files, and failed writes. */
@Tag("any-kernel")
@ExtendWith(Privilege.class)
class OutputFileIT {
    private static final String CALLED_BY_SUDO = "export SUDO_UID=61001 SUDO_GID=61002; ";
    private static final Pattern UNWRITTEN = Pattern.compile(
            "accept4-trace: cannot write the trace: (.+); (\\d+) events? and (\\d+) bytes of lines not written,"
                    + " 0 events lost before");

    @TempDir
    private Path folder;

    private List<String> run(String script, int status) {
        try (Program shell = Program.bash(script, Tracer.executable().toString(), folder.toString())) {
            int ended = shell.awaitExit();
            List<String> printed = shell.err().awaitEnd();
            assertEquals(status, ended, printed::toString);
            return printed;
        }
    }

    @Test
    void sudoUserOwnsANewFileInOwnFolders() throws IOException {
        run(CALLED_BY_SUDO + "chown 61001 \"$2\"; umask 027; \"$1\" -q -o \"$2/own\" -- true", 0);
        run(CALLED_BY_SUDO + "chown 0 \"$2\"; \"$1\" -q -o \"$2/of root\" -- true", 0);
        assertEquals("61001 61002 100640", owner("own"));
        assertEquals("0 0 100644", owner("of root"));
    }

    private String owner(String name) throws IOException {
        var found = Files.readAttributes(folder.resolve(name), "unix:uid,gid,mode");
        return found.get("uid") + " " + found.get("gid") + " " + Integer.toOctalString((Integer) found.get("mode"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"ln -s /etc/planted", "echo old >", "mkfifo"})
    void filesPlantedByOthersAreNotOpened(String plant) {
        List<String> printed = run(
                "chmod 1777 \"$2\"; " + plant + " \"$2/trace\"; chown -h 61003 \"$2/trace\";"
                        + " \"$1\" -o \"$2/trace\" -- true",
                1);
        assertEquals(
                List.of(
                        "accept4-trace: cannot write to " + folder + "/trace: another user may have put it there",
                        "hint: choose a folder that only root can write to, or let the shell open the file: > FILE"),
                printed);
    }

    @Test
    void fdsAndFifosAreAllowedAsFiles() {
        try (Program shell = Program.bash(
                "\"$1\" -q -o >(sed s/^/substituted:/) -- true; \"$1\" -q -o /dev/fd/7 -- true 7>&1;"
                        + " mkfifo \"$2/fifo\"; cat \"$2/fifo\" & \"$1\" -q -o \"$2/fifo\" -- true; wait;"
                        + " \"$1\" -q -o /dev/stdout -- true",
                Tracer.executable().toString(),
                folder.toString())) {
            List<String> ends = shell.out().awaitEnd();
            assertEquals(4, ends.size(), ends::toString);
            assertTrue(ends.stream().allMatch(line -> line.endsWith("<true>] +++ exited with 0 +++")), ends::toString);
            assertEquals(
                    1,
                    ends.stream()
                            .filter(line -> line.startsWith("substituted:"))
                            .count());
        }
    }

    /** Uses a file system that is too small for the trace. */
    @Test
    void linesThatDoNotFitOnTheDeviceAreCounted() throws IOException {
        int calls = 200;
        Path file = folder.resolve("trace");
        String storm = Workload.executable("storm").toString();
        try (Program shell = Program.bash(
                "mount -t tmpfs -o size=4096 tmpfs \"$2\"; echo | \"$1\" --no-fold -o \"$2/trace\" -- \"$3\" " + calls
                        + "; status=$?; cp \"$2/trace\" \"$2.full\"; umount \"$2\"; cp \"$2.full\" \"$2/trace\";"
                        + " rm \"$2.full\"; exit $status",
                Tracer.executable().toString(),
                folder.toString(),
                storm)) {
            assertEquals(1, shell.awaitExit());
            Matcher printed = unwritten(shell.err().awaitEnd());
            assertEquals("No space left on device", printed.group(1));
            List<String> written = Files.readAllLines(file);
            long missing = Long.parseLong(printed.group(2));
            assertEquals(4096, Files.size(file));
            /*
             * The last line is truncated. Complete lines before it can count as missing, too, because they were part of
             * the write that failed. So the sum can be greater than the number of calls.
             */
            assertTrue(written.size() - 1 + missing >= calls, written.size() + " lines, " + missing + " missing");
            /* The end of the process is one more event, which can be missing. */
            assertTrue(missing <= calls + 1, missing + " missing");
        }
    }

    /** File names keep their bytes in every locale, even if the bytes are invalid in that locale. */
    @ParameterizedTest
    @ValueSource(strings = {"C", "C.UTF-8"})
    void fileNamesAreUnchangedBytes(String locale) {
        try (Program shell = Program.bash(
                "export LC_ALL=" + locale + "; cd \"$2\"; \"$1\" -q -o $'\\xc3\\xab\\xff' -- true;"
                        + " \"$1\" -q -o $'|cat >./a//$(echo \\xffb; cat)' -- true 2>/dev/null; mkdir a;"
                        + " \"$1\" -q -o $'|cat >.//a/\\xff' -- true; for name in * a/*; do printf '%q\\n' \"$name\"; done",
                Tracer.executable().toString(),
                folder.toString())) {
            List<String> names = shell.out().awaitEnd();
            assertTrue(
                    names.stream().anyMatch(name -> name.matches("\\$'(\\\\303\\\\253|\u00eb)\\\\377'")),
                    names::toString);
            assertTrue(names.contains("$'a/\\377'"), names::toString);
        }
    }

    @Test
    void folderIsRejected() {
        assertEquals(
                List.of(
                        "accept4-trace: cannot write to " + folder + "/new/: Is a directory",
                        "hint: choose a file in an existing folder that you can write to"),
                run("\"$1\" -o \"$2/new/\" -- true", 1));
    }

    @Test
    void outputCommandThatEndsEarlyIsReported() {
        String storm = Workload.executable("storm").toString();
        String script = "echo | \"$1\" --no-fold -o '|read -r line' -- '" + storm + "' 20000";
        Matcher printed = unwritten(run(script, 1));
        assertEquals("the command that reads it has ended", printed.group(1));
        assertTrue(Long.parseLong(printed.group(2)) > 0);
    }

    @Test
    void exitStatusOfOutputCommandThatEndsEarlyIsReported() {
        String storm = Workload.executable("storm").toString();
        String script = "echo | \"$1\" --no-fold -o '|exit 3' -- '" + storm + "' 2000";
        List<String> printed = run(script, 1);
        assertEquals(
                "the command that reads it has failed: exit status 3",
                unwritten(printed).group(1));
        assertTrue(printed.contains("hint: the reader of the output must run until the trace ends"), printed::toString);
    }

    private static Matcher unwritten(List<String> printed) {
        return printed.stream()
                .map(UNWRITTEN::matcher)
                .filter(Matcher::matches)
                .findFirst()
                .orElseThrow(() -> new AssertionError("no notice of unwritten lines: " + printed));
    }

    /**
     * Starts the tool with stdout closed, so writing lines must fail. If a file that the tool opens got descriptor 1,
     * the lines would go to that file.
     */
    @Test
    void closedStdoutIsReported() {
        try (Workload workload = Workload.start("storm", "3", "mixed");
                Tracer tracer = Tracer.startAfter("exec >&-", "-p", workload.pidText())) {
            tracer.awaitLive();
            workload.go();
            tracer.awaitExit(1);
            assertEquals("Bad file descriptor", unwritten(tracer.notices()).group(1));
        }
    }
}
