package accept4trace.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tests files that an unprivileged user, the stranger, has planted in folders in which root starts the tool, or to
 * which the tool writes. native/test also tests {@code -o}.
 */
@Tag("any-kernel")
@ExtendWith(Privilege.class)
class PlantedFilesIT {
    private static final String SECRET = "secret";
    private static final List<String> REFUSED = List.of(
            "accept4-trace: cannot write to FILE: another user may have put it there",
            "hint: choose a folder that only root can write to, or let the shell open the file: > FILE");

    /** Libraries that the tool loads, or may look for. */
    private static final List<String> LIBRARIES = List.of(
            "libjvm.so",
            "libjava.so",
            "libjnidispatch.so",
            "liba4t.so",
            "libdw.so.1",
            "libelf.so.1",
            "libdebuginfod.so.1",
            "libz.so.1",
            "agent.so");
    /** Programs that the tool starts, or may start. Each planted program creates NAME.loaded when it runs. */
    private static final List<String> PROGRAMS =
            List.of("sh", "cat", "true", "java", "ldconfig", "accept4-trace", "a4t-unwinder", "a4t-resolver");
    /** Commands that create files which the JVM and other libraries could read from the working directory. */
    private static final List<String> SETTINGS = List.of(
            "printf '%s\\n' +PrintFlagsFinal >.hotspotrc",
            "echo quiet >.hotspot_compiler",
            "echo -agentpath:$OWN/agent.so >JDK_JAVA_OPTIONS",
            "mkdir -p .java/.userPrefs META-INF; touch META-INF/MANIFEST.MF",
            "mkfifo fifo; ln -s fifo core; ln -s fifo hs_err_pid1.log");
    /** Variables that sudo may keep, or that a script of root may take from a user. */
    private static final List<String> VARIABLES = List.of(
            "JAVA_TOOL_OPTIONS=-agentpath:$OWN/agent.so",
            "_JAVA_OPTIONS=-agentpath:$OWN/agent.so",
            "JDK_JAVA_OPTIONS=-agentpath:$OWN/agent.so",
            "CLASSPATH=$OWN",
            "JAVA_HOME=$OWN",
            "HOME=$OWN",
            "TMPDIR=$OWN",
            "XDG_CACHE_HOME=$OWN",
            "NLSPATH=$OWN/fifo",
            "TERMINFO=$OWN",
            "LC_ALL=../../..$OWN",
            "DEBUGINFOD_URLS=http://127.0.0.1:1/",
            "DEBUGINFOD_CACHE_PATH=$OWN",
            "ACCEPT4_TRACE_ASIDE_LD_PRELOAD=$OWN/agent.so",
            "ACCEPT4_TRACE_FDS=0,1,2,x,99999999999,-1",
            "ACCEPT4_TRACE_SIGNALS=ffffffffffffffff,ffffffffffffffff");

    @TempDir
    private Path folder;

    private Path own;

    @BeforeEach
    void makeAFolderOfTheStranger() throws IOException {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        own = Files.createDirectory(folder.resolve("own"));
        Files.setAttribute(own, "unix:uid", Stranger.ID);
        Files.writeString(folder.resolve(SECRET), SECRET);
        Files.setPosixFilePermissions(folder.resolve(SECRET), PosixFilePermissions.fromString("rw-------"));
    }

    private void plant(String script) {
        try (Program stranger = Stranger.bash(
                "OWN=$1; cd $OWN; " + script,
                own.toString(),
                Workload.executable("planted.so").toString())) {
            assertEquals(0, stranger.awaitExit(), () -> script + stranger.err().awaitEnd());
        }
    }

    @Test
    void nothingInTheWorkingDirectoryOrTheEnvironmentIsUsed() throws IOException {
        for (String library : LIBRARIES) {
            plant("cp $2 " + library);
        }
        for (String program : PROGRAMS) {
            plant("printf '#!/bin/sh\\ntouch \"$0.loaded\"\\n' >" + program + "; chmod +x " + program);
        }
        SETTINGS.forEach(this::plant);
        List<String> before = names(own);
        String script = "OWN=$2; TOOL=$1; cd $OWN; umask 022; exec env " + String.join(" ", VARIABLES)
                + " $TOOL --stack -t --resolve -o '|exec cat >../trace' -- true";
        try (Program root = Program.bash(script, Tracer.executable().toString(), own.toString())) {
            assertEquals(0, root.awaitExit(), () -> root.err().awaitEnd().toString());
            List<String> notices = root.err().awaitEnd();
            assertTrue(notices.get(notices.size() - 1).endsWith(" 0 events lost"), notices::toString);
        }
        assertEquals(before, names(own));
        List<String> lines = Files.readAllLines(folder.resolve("trace"));
        assertEquals(1, lines.size(), lines::toString);
        assertTrue(lines.get(0).endsWith(" +++ exited with 0 +++"), lines::toString);
    }

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(Path::toString).sorted().toList();
        }
    }

    /** Each command of the stranger puts something else in place of the file "trace" in a sticky folder. */
    @Test
    void plantedFilesInAStickyFolderAreRefused() throws IOException {
        Path sticky = sticky();
        for (String plant : List.of(
                "ln -s $SECRET trace",
                "ln -s $SECRET-new trace",
                "ln -s ../sticky trace",
                "ln -s /proc/self/fd/1 trace",
                "ln -s /dev/null trace",
                "mkfifo trace",
                "echo mine >trace",
                "echo mine >trace; chmod 666 trace")) {
            try (Program stranger = Stranger.bash(
                    "SECRET=$2; cd \"$1\"; " + plant,
                    sticky.toString(),
                    folder.resolve(SECRET).toString())) {
                assertEquals(0, stranger.awaitExit());
            }
            for (String append : List.of("", "-A")) {
                assertEquals(refused(sticky.resolve("trace")), write(sticky.resolve("trace"), append), plant);
            }
            Files.delete(sticky.resolve("trace"));
        }
        assertSecretIsSafe();
    }

    private Path sticky() throws IOException {
        Path sticky = Files.createDirectory(folder.resolve("sticky"));
        Files.setAttribute(sticky, "unix:mode", 01777);
        return sticky;
    }

    private static List<String> refused(Path file) {
        return REFUSED.stream()
                .map(line -> line.replace("write to FILE", "write to " + file))
                .toList();
    }

    /** Traces quietly to the file, and returns what the tool reports. */
    private static List<String> write(Path file, String append) {
        try (Program root = Program.bash(
                "exec \"$1\" -q " + append + " -o \"$2\" -- true",
                Tracer.executable().toString(),
                file.toString())) {
            root.awaitExit();
            return root.err().awaitEnd();
        }
    }

    private void assertSecretIsSafe() throws IOException {
        assertEquals(SECRET, Files.readString(folder.resolve(SECRET)));
        assertEquals(
                List.of("own", SECRET, "sticky"),
                names(folder).stream()
                        .map(name -> Path.of(name).getFileName().toString())
                        .toList());
    }

    /** The stranger keeps replacing the file or its folder. Each trace must be refused, or write to a new file. */
    @Test
    void noRaceMakesRootWriteThroughALink() throws IOException {
        Path sticky = sticky();
        for (String race : List.of(
                "ln -s $SECRET trace; rm trace",
                "mkfifo trace; rm trace",
                "echo mine >x; mv x trace; ln -s $SECRET x; mv x trace",
                "mkdir sub; ln -s $SECRET sub/trace; rm -r sub; ln -s .. sub; rm sub")) {
            try (Program stranger = Stranger.bash(
                    "SECRET=$2; cd \"$1\"; echo begun; while :; do " + race + "; done 2>/dev/null",
                    sticky.toString(),
                    folder.resolve(SECRET).toString())) {
                stranger.out().awaitLine("the race has begun", "begun"::equals);
                for (int start = 0; start < 4; start++) {
                    write(sticky.resolve(race.startsWith("mkdir") ? "sub/trace" : "trace"), "");
                }
            }
            try (Program clean = Program.bash("rm -rf \"$1\"/*", sticky.toString())) {
                assertEquals(0, clean.awaitExit());
            }
        }
        assertSecretIsSafe();
    }

    /**
     * During the trace, a link to the secret replaces the file. The tool must still write to the file that it has
     * opened.
     */
    @Test
    void linesGoToTheOpenedFileIfItsNameIsReplaced() throws IOException {
        Path sticky = sticky();
        Path trace = sticky.resolve("trace");
        try (Workload workload = Workload.start("storm", "100");
                Tracer tracer = Tracer.attach(workload, "-o", trace.toString())) {
            Files.delete(trace);
            try (Program stranger = Stranger.bash(
                    "ln -s \"$2\" \"$1\"",
                    trace.toString(),
                    folder.resolve(SECRET).toString())) {
                assertEquals(0, stranger.awaitExit());
            }
            workload.go();
            workload.finish();
            tracer.awaitExit(0);
            assertEquals(0, tracer.lost());
        }
        assertSecretIsSafe();
    }

    /** The stranger reads the lines from a pipe, which it makes as small as possible. */
    @Test
    void smallPipeLosesNoLinesAndDoesNotBlockTheEnd() {
        try (Workload workload = Workload.start("storm", "500");
                Program both = Program.bash(
                        "\"$1\" --no-fold -p $2 | " + Stranger.BECOME + " bash -c '\"$1\" shrink-pipe 0 && exec cat'"
                                + " bash \"$3\"",
                        Tracer.executable().toString(),
                        workload.pidText(),
                        Workload.executable("stranger").toString())) {
            Tracer.awaitLive(both.err());
            workload.go();
            workload.finish();
            List<String> lines = both.out().awaitEnd();
            assertEquals(0, both.awaitExit());
            String text = lines.stream().collect(Collectors.joining("\n"));
            assertEquals(
                    500,
                    lines.stream().filter(line -> line.contains("accept4(")).count(),
                    text);
        }
    }
}
