package accept4trace.proc;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests the detection of other programs that process 7, a server, has started. Files have the format of the kernel. */
class OtherProgramsTest {
    /** Flags of a process that has called execve, and of one that has not. */
    private static final int EXECUTED = 0x400000;

    private static final int FORKED = EXECUTED | 0x40;

    @TempDir
    private Path proc;

    @BeforeEach
    void server() throws Exception {
        process(7, "8", "/usr/sbin/server");
    }

    private void process(int tgid, String children, String program) throws Exception {
        Path task = Files.createDirectories(proc.resolve(tgid + "/task/" + tgid));
        Files.writeString(task.resolve("children"), children);
        if (!program.isEmpty()) {
            Files.createSymbolicLink(proc.resolve(tgid + "/exe"), Path.of(program));
        }
    }

    private void stat(int tgid, int flags) throws Exception {
        Files.writeString(proc.resolve(tgid + "/stat"), tgid + " (a) b) Z 7 7 7 0 -1 " + flags + " 1 0 0 0\n");
    }

    private boolean runsOthers() {
        return new Processes(proc).runsOtherPrograms(7);
    }

    @Test
    void childWithTheSameProgram() throws Exception {
        process(8, "", "/usr/sbin/server");
        assertFalse(runsOthers());
    }

    @Test
    void childWithAnotherProgram() throws Exception {
        process(8, "", "/bin/sleep");
        assertTrue(runsOthers());
    }

    @Test
    void programOfAWorker() throws Exception {
        process(8, "9", "/usr/sbin/server");
        process(9, "", "/bin/sleep");
        assertTrue(runsOthers());
    }

    /** A zombie no longer has a program, but its flags show whether it has called execve. */
    @Test
    void endedChildHasOnlyFlags() throws Exception {
        process(8, "", "");
        assertFalse(runsOthers());
        stat(8, FORKED);
        assertFalse(runsOthers());
        stat(8, EXECUTED);
        assertTrue(runsOthers());
    }
}
