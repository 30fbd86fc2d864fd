package accept4trace.targets;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import accept4trace.fake.FakeSource;
import accept4trace.outcome.UserError;
import accept4trace.output.Notices;
import accept4trace.proc.Processes;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TargetsTest {
    @TempDir
    Path proc;

    private final Set<Integer> programs32 = new HashSet<>();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private void process(int id, int tgid, String comm, int threads) throws Exception {
        Path folder = Files.createDirectories(proc.resolve(Integer.toString(id)));
        Files.writeString(folder.resolve("status"), "Name:\tx\nTgid:\t" + tgid + "\nThreads:\t" + threads + "\n");
        Files.writeString(folder.resolve("comm"), comm + "\n");
    }

    private Targets find(Integer... ids) {
        return find(false, ids);
    }

    private Targets find(boolean follow, Integer... ids) {
        Notices notices = new Notices(new PrintStream(err, true, StandardCharsets.UTF_8), false);
        return new Targets(List.of(ids), follow, new Processes(proc), programs32::contains, notices);
    }

    @Test
    void describesEachProcess() throws Exception {
        process(10, 10, "nginx", 1);
        process(20, 20, "ja>va\u001b", 37);

        Targets targets = find(10, 20);
        assertEquals("10 (nginx, 1 thread), 20 (ja\\76va\\33, 37 threads)", targets.describe());
        assertEquals(38, targets.threadCount());
    }

    /** The fake source has no kprobes, without which calls of 32-bit programs are not seen. */
    @Test
    void failsIfAllProgramsAre32Bit() throws Exception {
        process(10, 10, "old", 1);
        process(20, 20, "new", 1);
        programs32.add(10);
        String what = "10 is a 32-bit program, whose calls are not seen without kprobes or fentry";

        assertEquals(
                what,
                assertThrows(UserError.class, () -> find(10).trace(new FakeSource()))
                        .getMessage());
        find(10, 20).trace(new FakeSource());
        assertEquals("accept4-trace: " + what + "\n", err.toString(StandardCharsets.UTF_8));
    }

    @Test
    void describesTheChildrenThatAreFollowed() throws Exception {
        process(10, 10, "nginx", 1);
        process(11, 11, "nginx", 1);
        Path children = Files.createDirectories(proc.resolve("10/task/10")).resolve("children");
        Files.writeString(children, "11 ");
        Targets parent = find(true, 10);
        parent.trace(new FakeSource());
        assertEquals("10 (nginx, 1 thread) with 1 child and more to come", parent.describe());
        Files.writeString(children, "");
        Targets childless = find(true, 10);
        childless.trace(new FakeSource());
        assertEquals("10 (nginx, 1 thread) with children to come", childless.describe());
    }

    @Test
    void describesTheFirstOfMany() throws Exception {
        for (int id = 1; id <= 6; id++) {
            process(id, id, "w", 1);
        }
        assertEquals(
                "1 (w, 1 thread), 2 (w, 1 thread), 3 (w, 1 thread), 4 (w, 1 thread) and 2 more",
                find(1, 2, 3, 4, 5, 6).describe());
    }

    @Test
    void processesThatEndedMeanwhileAreReported() throws Exception {
        process(10, 10, "nginx", 1);
        process(20, 20, "nginx", 1);
        FakeSource source = new FakeSource();

        source.ended.add(20);
        find(10, 20).trace(source);
        assertEquals("accept4-trace: no such process: 20\n", err.toString(StandardCharsets.UTF_8));
        source.ended.add(10);
        err.reset();
        UserError error = assertThrows(UserError.class, () -> find(10, 20).trace(source));
        assertEquals("no such process: 10", error.getMessage());
        assertEquals("", err.toString(StandardCharsets.UTF_8));
    }
}
