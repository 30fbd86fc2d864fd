package accept4trace.targets;

import static org.junit.jupiter.api.Assertions.assertEquals;

import accept4trace.fake.FakeSource;
import accept4trace.output.Notices;
import accept4trace.proc.Processes;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests targets of the whole machine with an empty /proc. */
class WholeMachineTest {
    @TempDir
    private Path proc;

    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final Notices notices = new Notices(new PrintStream(err, true, StandardCharsets.UTF_8), false);
    private final List<Runnable> work = new ArrayList<>();

    @Test
    void namesOwnersInTheStartNotice() throws Exception {
        WholeMachine port = new WholeMachine(List.of(80, 443), new Processes(proc), notices, Runnable::run);
        port.trace(new FakeSource());
        assertEquals("port 80, 443, now of nobody", port.describe());
    }

    /** The search is slow, as with a million open files. */
    @Test
    void namesOwnersLaterIfTheSearchIsSlow() throws Exception {
        WholeMachine port = new WholeMachine(List.of(80), new Processes(proc), notices, work::add);
        port.trace(new FakeSource());
        assertEquals("port 80", port.describe());
        assertEquals("port 80", port.describe());
        notices.writeLate();
        assertEquals("", err.toString(StandardCharsets.UTF_8));
        work.forEach(Runnable::run);
        notices.writeLate();
        assertEquals("accept4-trace: listening on port 80: nobody\n", err.toString(StandardCharsets.UTF_8));
    }

    /** Process 8 is in the same network namespace, but its files are unreadable, as without CAP_SYS_PTRACE. */
    @Test
    void ownersCanBeIncomplete() throws Exception {
        Path net = Files.createDirectories(proc.resolve("7/net"));
        Files.writeString(net.resolve("tcp"), "heading\n 0: 00000000:0050 00:0000 0A 0:0 00:0 0 0 0 111 1\n");
        Files.writeString(net.resolve("tcp6"), "heading\n");
        Files.createSymbolicLink(Files.createDirectory(proc.resolve("7/fd")).resolve("3"), Path.of("socket:[111]"));
        Files.writeString(proc.resolve("7/comm"), "nginx\n");
        Files.createSymbolicLink(Files.createDirectory(proc.resolve("8")).resolve("net"), net);
        Files.createFile(proc.resolve("8/fd"));
        WholeMachine port = new WholeMachine(List.of(80), new Processes(proc), notices, Runnable::run);
        port.trace(new FakeSource());
        assertEquals("port 80, now of 7 (nginx) and possibly others", port.describe());
    }

    @Test
    void ownersAreUnknownIfNoThreadIsAvailable() throws Exception {
        WholeMachine port = new WholeMachine(List.of(80), new Processes(proc), notices, task -> {
            throw new RejectedExecutionException("no thread");
        });
        port.trace(new FakeSource());
        assertEquals("port 80, now of unknown processes", port.describe());
    }

    @Test
    void searchesNoOwnersWithoutAPort() throws Exception {
        WholeMachine all = new WholeMachine(List.of(), new Processes(proc), notices, work::add);
        all.trace(new FakeSource());
        assertEquals("every process", all.describe());
        assertEquals(List.of(), work);
    }
}
