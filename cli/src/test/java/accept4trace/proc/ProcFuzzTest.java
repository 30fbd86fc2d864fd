package accept4trace.proc;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** Tests that any text in /proc, which contains names that processes choose, is parsed or counts as unknown. */
class ProcFuzzTest {
    private static final int PROCESS = 7;
    private static final int FD = 3;
    private static final long INODE = 1234;
    private static final List<String> TEXTS = List.of(
            "loadavg",
            "7/status",
            "7/comm",
            "7/cgroup",
            "7/maps",
            "7/limits",
            "7/fdinfo/3",
            "7/cmdline",
            "7/task/7/syscall",
            "7/task/7/children");
    private static final Set<String> LINKS = Set.of("7/exe", "7/ns/net", "7/fd/3");

    private static Path proc;

    @BeforeAll
    static void makeProcess() throws IOException {
        proc = Files.createTempDirectory("proc-fuzz");
        for (String text : TEXTS) {
            Files.createDirectories(proc.resolve(text).getParent());
        }
        for (String link : LINKS) {
            Files.createDirectories(proc.resolve(link).getParent());
            Files.createSymbolicLink(proc.resolve(link), Path.of("socket:[" + INODE + "]"));
        }
    }

    @AfterAll
    static void removeProcess() throws IOException {
        for (String text : TEXTS) {
            Files.deleteIfExists(proc.resolve(text));
        }
        for (String link : LINKS) {
            Files.deleteIfExists(proc.resolve(link));
        }
        for (String folder : List.of("7/fd", "7/fdinfo", "7/ns", "7/task/7", "7/task", "7", "")) {
            Files.delete(proc.resolve(folder));
        }
    }

    @FuzzTest
    void anyTextIsReadOrUnknown(byte[] input) throws IOException {
        for (String text : TEXTS) {
            Files.write(proc.resolve(text), input);
        }
        Processes processes = new Processes(proc);
        readStatus(processes);
        OpenSockets sockets = new OpenSockets(processes);
        sockets.flags(PROCESS, FD, INODE);
        sockets.watchedEvents(PROCESS, FD, INODE);
    }

    private static void readStatus(Processes processes) {
        processes.tgid(PROCESS);
        processes.comm(PROCESS);
        processes.cgroup(PROCESS);
        processes.threadCount(PROCESS);
        processes.hasEnded(PROCESS);
        processes.effectiveUser(PROCESS);
        processes.networkNamespace(PROCESS);
        new ProcessNames(processes).hasName(PROCESS, "server");
        processes.hasMapped(PROCESS, "libjvm.so");
        assertTrue(processes.perfMap(PROCESS).matches("tmp/perf-\\d+\\.map"));
        assertTrue(processes.machineThreadCount() >= 0);
        assertTrue(processes.openFileLimit(PROCESS) >= -1);
        assertTrue(processes.currentSyscall(PROCESS, PROCESS) >= -1);
        assertTrue(processes.children(PROCESS).stream().allMatch(child -> child > 0));
    }
}
