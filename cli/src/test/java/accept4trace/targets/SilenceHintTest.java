package accept4trace.targets;

import static org.junit.jupiter.api.Assertions.assertEquals;

import accept4trace.capture.CallFilter;
import accept4trace.options.Arguments;
import accept4trace.options.Settings;
import accept4trace.proc.Processes;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests hints for process 7, which has a listener and one thread, and for its child 8. */
class SilenceHintTest {
    private static final String TCP =
            """
              sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
               0: 0100007F:0050 00000000:0000 0A 00000000:00000000 00:00000000 00000000 0 0 111 1
            """;

    @TempDir
    private Path proc;

    @BeforeEach
    void listener() throws Exception {
        write("7/net/tcp", TCP);
        open("7", "socket:[111]");
        write("7/task/7/children", "");
    }

    private void write(String name, String text) throws Exception {
        Path file = proc.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private void open(String process, String file) throws Exception {
        Path fd = Files.createDirectories(proc.resolve(process).resolve("fd"));
        Files.createSymbolicLink(fd.resolve("3"), Path.of(file));
    }

    private void assertHint(String expected, String... options) throws Exception {
        List<String> all = new ArrayList<>(List.of("-p", "7"));
        all.addAll(List.of(options));
        Settings settings = Arguments.parse(all.toArray(String[]::new));
        SilenceHint hint = new SilenceHint(
                List.of(7),
                new Processes(proc),
                settings.target().follow(),
                settings.selection().filter());
        assertEquals("no call yet: " + expected, hint.get());
    }

    @Test
    void noConnections() throws Exception {
        assertHint("7 listens, but no client has connected");
        assertHint("7 listens, but no call has matched the filters", "--peer=10.0.0.1");
    }

    @Test
    void noListener() throws Exception {
        Files.delete(proc.resolve("7/fd/3"));
        assertHint("7 has no listening socket");
    }

    @Test
    void otherSystemCall() throws Exception {
        String java = "7 runs Java, whose servers call accept(2), another system call; try -e trace=accept";
        write("7/maps", "7f0000000000-7f0000001000 r-xp 00000000 00:01 5 /usr/lib/jvm/lib/server/libjvm.so\n");
        assertHint(java, "-e", "accept4");
        assertHint("7 listens, but no client has connected");
        assertHint("7 listens, but no client has connected", "-e", "accept");
        write("7/task/7/syscall", "43 0x4 0x0\n");
        assertHint("7 waits in accept(2), another system call; try -e trace=accept", "-e", "accept4");
        assertHint("7 listens, but no client has connected");
        assertHint("7 listens, but no client has connected", "-e", "accept");
    }

    /** Unreadable files must not suggest a reason. Here, a file replaces the folder, so its content is unreadable. */
    @Test
    void unreadableFilesAreUnknown() throws Exception {
        Files.delete(proc.resolve("7/fd/3"));
        Files.delete(proc.resolve("7/fd"));
        Files.createFile(proc.resolve("7/fd"));
        SilenceHint hint = new SilenceHint(List.of(7), new Processes(proc), false, CallFilter.NONE);
        assertEquals("no call yet, and the listeners are unknown: cannot read " + proc.resolve("7/fd"), hint.get());
    }

    @Test
    void childrenHoldTheListener() throws Exception {
        write("7/task/7/children", "8 ");
        write("8/net/tcp", TCP);
        open("8", "socket:[111]");
        assertHint("children of 7 hold its listeners and may accept instead; try -f, or -p 8");
        assertHint("7 listens, but no client has connected", "-f");
    }
}
