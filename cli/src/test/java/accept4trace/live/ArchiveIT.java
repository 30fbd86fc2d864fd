package accept4trace.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tests the archive of classes (CDS), from which the JVM loads classes faster. The tool also runs without the archive,
 * but starts more slowly.
 */
@Tag("any-kernel")
@ExtendWith(Privilege.class)
class ArchiveIT {
    private static final String FROM_ARCHIVE = "source: shared objects file";

    @TempDir
    Path folder;

    @Test
    void theTracerMapsTheClassArchive() throws IOException {
        try (Workload workload = Workload.start("storm", "1", "ebadf");
                Tracer tracer = Tracer.attach(workload)) {
            String archive = archiveOf(Tracer.executable()).toString();
            List<String> maps = Files.readAllLines(Path.of("/proc", Long.toString(tracer.pid()), "maps"));
            assertTrue(maps.stream().anyMatch(line -> line.endsWith(archive)), maps::toString);
            workload.go();
            workload.finish();
            tracer.awaitExit(0);
        }
    }

    @Test
    void almostAllClassesComeFromTheArchive() throws IOException {
        Path log = folder.resolve("classes");
        traceWithLog(log);
        List<String> classes = Files.readAllLines(log);
        List<String> others =
                classes.stream().filter(line -> !line.contains(FROM_ARCHIVE)).toList();
        assertTrue(classes.size() > 500, () -> "too few classes for a run: " + classes);
        assertTrue(others.size() * 100 < classes.size(), () -> "not from the archive: " + others);
    }

    /** Traces one call with the java command, which accepts JVM options, unlike the tool's launcher. */
    private static void traceWithLog(Path log) {
        Path library = library(Tracer.executable());
        List<String> command = new ArrayList<>(List.of(
                "-XX:+UseSerialGC",
                "--enable-native-access=accept4trace",
                "-Djna.boot.library.path=" + library.resolve("native"),
                "-Djna.library.path=" + library.resolve("native"),
                "-Djna.platform.library.path=" + library.resolve("native"),
                "-Djna.nounpack=true",
                "-Djna.nosys=true",
                "-Dpicocli.converters.excludes=java.*",
                "-Xlog:class+load:file=" + log));
        try (Workload workload = Workload.start("storm", "1", "ebadf")) {
            command.addAll(List.of("-m", "accept4trace/accept4trace.Main", "-p", workload.pidText()));
            try (Program run = Program.start(library.resolve("runtime/bin/java"), command)) {
                Tracer.awaitLive(run.err());
                workload.go();
                workload.finish();
                assertEquals(0, run.awaitExit());
            }
        }
    }

    @Test
    void damagedArchiveIsReportedWithDebug() throws IOException {
        Path tool = copyOfTheTool();
        Path archive = archiveOf(tool);
        Files.write(archive, new byte[4096]);
        assertEquals(List.of(), errorsOf(tool, "-V"));
        List<String> printed = errorsOf(tool, "-d", "-V");
        assertTrue(printed.stream().anyMatch(line -> line.contains("has a bad magic number")), printed::toString);
    }

    private Path copyOfTheTool() {
        Path tree = Tracer.executable().resolve("../..").normalize();
        try (Program copy = Program.bash("cp -a \"$1/.\" \"$2\"", tree.toString(), folder.toString())) {
            assertEquals(0, copy.awaitExit());
        }
        return folder.resolve("bin/accept4-trace");
    }

    private static Path archiveOf(Path tool) {
        return library(tool).resolve("runtime/lib/server/classes.jsa");
    }

    private static Path library(Path tool) {
        return tool.resolve("../../lib/accept4-trace").normalize();
    }

    /** Checks that stdout is only the version, and returns stderr. */
    private static List<String> errorsOf(Path tool, String... options) {
        try (Program run = Program.start(tool, List.of(options))) {
            List<String> out = run.out().awaitEnd();
            assertEquals(1, out.size(), out::toString);
            assertTrue(out.get(0).startsWith("accept4-trace "), out::toString);
            return run.err().awaitEnd();
        }
    }
}
