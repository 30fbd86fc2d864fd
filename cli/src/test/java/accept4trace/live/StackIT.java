package accept4trace.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests --stack, which shows the call stack below the line of a call. */
@ExtendWith(Privilege.class)
class StackIT {
    private static final Pattern FRAME =
            Pattern.compile(" > (?<file>.+)\\((?:(?<function>\\w+)\\+0x[0-9a-f]+)?\\) \\[0x(?<place>[0-9a-f]+)\\]");

    /** Runs the tool where libdw cannot be loaded. */
    private static final String WITHOUT_LIBDW =
            "exec unshare -m bash -c 'mount --bind /dev/null \"$(ldconfig -p | sed -n \"s/.*libdw.so.1 .* => //p\")\";"
                    + " exec \"$@\"' bash \"$@\"";

    @TempDir
    private Path folder;

    private record Frame(String file, String function, String place) {
        static Frame parse(String line) {
            Matcher frame = FRAME.matcher(line);
            assertTrue(frame.matches(), line);
            return new Frame(frame.group("file"), String.valueOf(frame.group("function")), frame.group("place"));
        }

        String inFile() {
            return file + " " + place;
        }
    }

    /** Returns the stack of the only call. */
    private static List<Frame> stack(List<String> lines) {
        return lines.stream()
                .filter(line -> line.startsWith(" > "))
                .map(Frame::parse)
                .toList();
    }

    private static List<String> functions(List<Frame> stack, String program) {
        return stack.stream()
                .filter(frame -> frame.file.equals(program) || frame.file.equals("[anon]"))
                .map(Frame::function)
                .toList();
    }

    /**
     * Returns the lines of one call. The workload must live until they are written, because the tool reads files in
     * /proc/PID.
     */
    private static List<String> trace(Workload workload, Tracer tracer) {
        tracer.awaitLive();
        workload.go();
        List<String> lines = tracer.out().awaitEnd();
        tracer.awaitExit(0);
        assertEquals(0, tracer.lost());
        return lines;
    }

    private static String program() {
        return Workload.executable("stacks").toString();
    }

    @Test
    void withoutLibdwShowsOnlyTheInnermostFile() {
        try (Workload workload = Workload.start("stacks");
                Tracer tracer = Tracer.startAfter(WITHOUT_LIBDW, "-k", "--count", "1", "-p", workload.pidText())) {
            List<String> lines = trace(workload, tracer);
            assertEquals(2, lines.size(), lines::toString);
            assertTrue(
                    lines.get(1).matches(" > /.*/libc\\.so\\.6\\(\\) \\[0x[0-9a-f]+\\] <unread: no libdw>"),
                    lines::toString);
            String hint = "hint: without libdw.so.1, stacks only have the innermost line, without the function:"
                    + " apt-get install libdw1, on Fedora elfutils-libs";
            assertTrue(tracer.err().awaitEnd().contains(hint));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"text", "strace"})
    void stackShowsTheFunctionsOfACallChain(String format) {
        try (Workload workload = Workload.start("stacks");
                Tracer tracer = Tracer.start("-k", "--format=" + format, "--count", "1", "-p", workload.pidText())) {
            List<String> lines = trace(workload, tracer);
            assertTrue(lines.get(0).contains("accept4(3<TCP:"), lines::toString);
            List<Frame> stack = stack(lines);
            assertEquals(lines.size() - 1, stack.size(), lines::toString);
            assertTrue(stack.get(0).file.contains("/libc.so"), lines::toString);
            assertEquals("syscall", stack.get(0).function);
            assertEquals(
                    List.of("make_call", "accept_in_deeper", "accept_outer", "main", "_start"),
                    functions(stack, program()));
        }
    }

    /** Compares with strace, which uses its own unwinder. */
    @Test
    void matchesStrace() {
        Path log = folder.resolve("strace.log");
        try (Workload workload = Workload.start("stacks");
                Program strace = Program.start(
                        Requirements.installed("strace"),
                        List.of("-k", "-e", "trace=accept4,accept", "-o", log.toString(), "-p", workload.pidText()))) {
            strace.err().awaitLine("strace is attached", line -> line.endsWith(" attached"));
            try (Tracer tracer = Tracer.start("--stack", "--count", "1", "-p", workload.pidText())) {
                List<Frame> ours = stack(trace(workload, tracer));
                workload.finish();
                assertEquals(0, strace.awaitExit());
                List<Frame> theirs = stack(Files.readAllLines(log));
                assertEquals(
                        theirs.stream().map(Frame::inFile).toList(),
                        ours.stream().map(Frame::inFile).toList());
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }
    }

    @Test
    void generatedCodeIsNamedByThePerfMap() {
        try (Workload workload = Workload.start("stacks", "generated");
                Tracer tracer = Tracer.start("--stack", "--count", "1", "-p", workload.pidText())) {
            List<Frame> stack = stack(trace(workload, tracer));
            assertEquals(
                    List.of("make_call", "accept_in_deeper", "accept_outer", "generated_caller", "main", "_start"),
                    functions(stack, program()));
            workload.finish();
            workload.lines();
        }
    }

    /**
     * The program is in a file system that only its own mount namespace has. The tool must nevertheless find out that
     * the program is stripped.
     */
    @Test
    void strippedProgramsCauseAHint() throws IOException {
        String hidden = folder.resolve("hidden").toString();
        String script =
                "mkdir \"$2\"; exec unshare -m bash -c 'mount -t tmpfs none \"$2\" && strip -o \"$2/bare\" \"$1\""
                        + " && exec -a bare \"$2/bare\"' bash \"$1\" \"$2\"";
        Requirements.installed("strip");
        Requirements.ownMounts();
        try (Program workload = Program.bash(script, program(), hidden)) {
            workload.out().awaitLine("the workload is ready", "ready"::equals);
            // The expected path is read from /proc/PID/exe, because in a chroot, the kernel shows paths of other mount
            // namespaces from the root of the machine.
            String bare = Files.readSymbolicLink(Path.of("/proc", Long.toString(workload.pid()), "exe"))
                    .toString();
            try (Tracer tracer = Tracer.start("--stack", "--count", "1", "-p", Long.toString(workload.pid()))) {
                tracer.awaitLive();
                workload.sendLine();
                List<Frame> stack = stack(tracer.out().awaitEnd());
                tracer.awaitExit(0);
                assertEquals(List.of("null", "null", "null", "null", "null"), functions(stack, bare));
                assertEquals(
                        1,
                        tracer.notices().stream()
                                .filter(line -> line.startsWith("hint: " + bare + " is stripped"))
                                .count());
            }
        }
    }

    /** An upgrade can delete a program that is still running. */
    @Test
    void deletedProgramHasNames() throws IOException {
        Path copy = Files.copy(Path.of(program()), folder.resolve("copy"), StandardCopyOption.COPY_ATTRIBUTES);
        try (Program workload = Program.start(copy, List.of())) {
            workload.out().awaitLine("the workload is ready", "ready"::equals);
            Files.delete(copy);
            try (Tracer tracer = Tracer.start("--stack", "--count", "1", "-p", Long.toString(workload.pid()))) {
                tracer.awaitLive();
                workload.sendLine();
                List<Frame> stack = stack(tracer.out().awaitEnd());
                tracer.awaitExit(0);
                assertEquals(
                        List.of("make_call", "accept_in_deeper", "accept_outer", "main", "_start"),
                        functions(stack, copy + " (deleted)"));
            }
        }
    }

    /**
     * The FUSE server answers only the traced program. Any other process that opens the file hangs, so the tool must
     * not open it.
     */
    @Test
    void unresponsiveFilesAreNotRead() throws IOException {
        Path mounted = Files.createDirectory(folder.resolve("mounted"));
        try (Workload workload = Workload.start("remote", mounted.toString(), program());
                Tracer tracer = Tracer.start("--stack", "--count", "1", "-p", workload.pidText())) {
            List<String> lines = trace(workload, tracer);
            assertUnread(lines.get(2), mounted + "/program");
            assertHint(tracer, mounted + "/program is not read (fuse), so its functions have no names");
        }
    }

    private static void assertUnread(String line, String file) {
        assertTrue(line.startsWith(" > " + file + "() [0x") && line.endsWith("] <unread: fuse>"), line);
    }

    private static void assertHint(Tracer tracer, String start) {
        List<String> notices = tracer.notices();
        assertEquals(
                1,
                notices.stream()
                        .filter(line -> line.startsWith("hint: " + start))
                        .count(),
                notices::toString);
    }

    /** /tmp of the process is a file system that never answers, so the tool must not look for the perf map there. */
    @Test
    void unresponsivePerfMapIsNotRead() {
        try (Workload workload = Workload.start("stacks", "hidden");
                Tracer tracer = Tracer.start("--stack", "--count", "1", "-p", workload.pidText())) {
            List<String> unread = trace(workload, tracer).stream()
                    .filter(line -> line.contains("<unread"))
                    .toList();
            assertEquals(1, unread.size(), unread::toString);
            assertUnread(unread.get(0), "[anon]");
            assertHint(tracer, "the perf map of process " + workload.pidText() + " is not read (fuse)");
        }
    }
}
