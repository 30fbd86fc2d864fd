package accept4trace.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The archive of classes that makes a start short: used when it can be, and otherwise only missed. */
@Tag("any-kernel")
@ExtendWith(Privilege.class)
class ArchiveIT {
    private static final String FROM_ARCHIVE = "source: shared objects file";
    private static final String NAMED_BY_A_FLAG = "app.aot";

    @TempDir
    Path folder;

    @Test
    void aTraceLoadsHardlyAnyClassFromElsewhere() throws IOException {
        Path log = folder.resolve("classes");
        try (Workload workload = Workload.start("storm", "1", "ebadf");
                Tracer tracer = Tracer.attach(workload)) {
            List<String> command = Proc.commandLine(tracer.pid());
            workload.go();
            workload.finish();
            tracer.awaitExit(0);
            runWithLog(command, log);
        }
        List<String> classes = Files.readAllLines(log);
        List<String> others =
                classes.stream().filter(line -> !line.contains(FROM_ARCHIVE)).toList();
        assertTrue(classes.size() > 500, () -> "too few classes for a run: " + classes);
        assertTrue(others.size() * 20 < classes.size(), () -> "not from the archive: " + others);
    }

    /** The runtime as the launcher starts it, with a log of its classes, for a trace of one call. */
    private static void runWithLog(List<String> command, Path log) {
        try (Workload workload = Workload.start("storm", "1", "ebadf")) {
            int main = command.indexOf("-m");
            List<String> arguments = new ArrayList<>(command.subList(1, main));
            arguments.add("-Xlog:class+load:file=" + log);
            arguments.addAll(command.subList(main, main + 2));
            arguments.addAll(List.of("-p", workload.pidText()));
            Path runtime = Tracer.executable().resolve("../../lib/accept4-trace/runtime/bin/java");
            try (Program run = Program.start(runtime.normalize(), arguments)) {
                Tracer.awaitLive(run.err());
                workload.go();
                workload.finish();
                assertEquals(0, run.awaitExit());
            }
        }
    }

    @Test
    void aDamagedOneCostsTimeAloneAndDTellsOfIt() throws IOException {
        Path tool = copyOfTheTool();
        Path archive = archiveOf(tool);
        Files.write(archive, new byte[4096]);
        assertEquals(List.of(), errorsOf(tool, "-V"));
        List<String> told = errorsOf(tool, "-d", "-V");
        assertTrue(told.stream().anyMatch(line -> line.contains("has a bad magic number")), told::toString);
    }

    private Path copyOfTheTool() {
        Path tree = Tracer.executable().resolve("../..").normalize();
        try (Program copy = Program.bash("cp -a \"$1/.\" \"$2\"", tree.toString(), folder.toString())) {
            assertEquals(0, copy.awaitExit());
        }
        return folder.resolve("bin/accept4-trace");
    }

    /** Where JDK 25 and newer have it, or where older ones do. */
    private static Path archiveOf(Path tool) {
        Path library = tool.resolve("../../lib/accept4-trace").normalize();
        return Stream.of(library.resolve(NAMED_BY_A_FLAG), library.resolve("runtime/lib/server/classes.jsa"))
                .filter(Files::exists)
                .findFirst()
                .orElseThrow();
    }

    /** Its stdout is the version, whatever befalls it. */
    private static List<String> errorsOf(Path tool, String... options) {
        try (Program run = Program.start(tool, List.of(options))) {
            List<String> out = run.out().awaitEnd();
            assertEquals(1, out.size(), out::toString);
            assertTrue(out.get(0).startsWith("accept4-trace "), out::toString);
            return run.err().awaitEnd();
        }
    }
}
