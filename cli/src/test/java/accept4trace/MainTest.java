package accept4trace;

import static accept4trace.event.SampleLosses.losses;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import accept4trace.capture.CaptureException;
import accept4trace.capture.Hook;
import accept4trace.capture.Probe;
import accept4trace.fake.Batches;
import accept4trace.fake.FakePlatform;
import accept4trace.options.Completions;
import accept4trace.options.Help;
import accept4trace.options.Shell;
import accept4trace.outcome.Outcome;
import accept4trace.proc.FakeMachine;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class MainTest {
    private static final String OWN_PID = Long.toString(ProcessHandle.current().pid());

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final FakePlatform platform = new FakePlatform();

    @TempDir
    private Path root;

    private Outcome run(String... args) {
        return run(out, args);
    }

    private Outcome run(OutputStream stdout, String... args) {
        PrintStream stderr = new PrintStream(err, true, StandardCharsets.UTF_8);
        return new Main(stdout, stderr, Map.of(), new FakeMachine(root).machine(), platform).run(args);
    }

    @Test
    void helpGoesToStdout() {
        assertEquals(Outcome.status(0), run("--help"));
        assertEquals(String.join("\n", Help.lines()) + "\n", out.toString(StandardCharsets.UTF_8));
        assertEquals("", err.toString(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @EnumSource(Shell.class)
    void completionGoesToStdout(Shell shell) {
        assertEquals(Outcome.status(0), run("--completion=" + shell.name().toLowerCase(Locale.ROOT)));
        assertEquals(Completions.script(shell), out.toString(StandardCharsets.UTF_8));
        assertEquals("", err.toString(StandardCharsets.UTF_8));
    }

    @Test
    void versionIsOneLine() {
        assertEquals(Outcome.status(0), run("-V"));
        assertTrue(out.toString(StandardCharsets.UTF_8).matches("accept4-trace \\S.*\n"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"--help", "-h", "--version", "--check", "--completion=bash"})
    void outputThatCannotBeWrittenIsAFailure(String option) {
        assertEquals(Outcome.status(1), run(failing("No space left on device"), option));
        assertEquals(
                "accept4-trace: cannot write to stdout: No space left on device\nhint: check the free space\n",
                err.toString(StandardCharsets.UTF_8));
    }

    @Test
    void closedReaderIsNotAFailure() {
        assertEquals(Outcome.signal(13), run(failing("Broken pipe"), "--help"));
        assertEquals("", err.toString(StandardCharsets.UTF_8));
    }

    private static OutputStream failing(String why) {
        return new OutputStream() {
            @Override
            public void write(int one) throws IOException {
                throw new IOException(why);
            }
        };
    }

    @Test
    void internalErrorIsOneLineAndAHint() {
        OutputStream broken = new OutputStream() {
            @Override
            public void write(int one) {
                throw new IllegalStateException("no such thing");
            }
        };
        assertEquals(Outcome.status(1), run(broken, "--help"));
        assertEquals(
                "accept4-trace: internal error: IllegalStateException: no such thing\n"
                        + "hint: please report it with what -d shows\n",
                err.toString(StandardCharsets.UTF_8));
    }

    @Test
    void usageErrorIsOneLineAndAHint() {
        assertEquals(Outcome.status(2), run("--frob"));
        assertEquals("", out.toString(StandardCharsets.UTF_8));
        assertEquals(
                "accept4-trace: unknown option '--frob'\nhint: accept4-trace -h lists the options\n",
                err.toString(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @ValueSource(strings = {"--help", "-h", "--version", "--completion=zsh", "--frob", "--count=0 -p 1", "-o"})
    void loadsTheNativeLibraryOnlyIfNeeded(String options) {
        run(options.split(" "));
        assertFalse(platform.loaded);
    }

    @Test
    void returnsTheStatusOfTheTrace() {
        platform.source.then(Batches.lastCalls(1), losses(1, 0, 0, 0, 0, 0, 0), () -> {});
        assertEquals(Outcome.status(3), run("--strict", "-p", OWN_PID));
        assertTrue(platform.system.text(1).contains(" = -1 EBADF"), () -> platform.system.text(1));
        assertEquals("", out.toString(StandardCharsets.UTF_8));
    }

    @Test
    void checkPrintsItsTable() {
        platform.source.probe = Probe.KPROBE;
        assertEquals(Outcome.status(0), run("--check"));
        String text = out.toString(StandardCharsets.UTF_8);
        assertTrue(text.contains("\nwould use: tracepoint+kprobe. Every accept is seen.\n"), text);
    }

    @Test
    void failedCheckPrintsItsFirstLines() {
        platform.tracing.missing.put(Hook.TRACEPOINTS, 2);
        assertEquals(Outcome.status(1), run("--check"));
        String text = out.toString(StandardCharsets.UTF_8);
        assertTrue(text.contains("\ntracepoints of accept4 and accept      no "), text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"--check", "-p SELF"})
    void missingLibraryIsAFailure(String options) {
        platform.failure = new CaptureException("load the native library", 0, "liba4t.so: no such file");
        assertEquals(Outcome.status(1), run(options.replace("SELF", OWN_PID).split(" ")));
        assertEquals(
                "accept4-trace: cannot load the native library: liba4t.so: no such file\n"
                        + "hint: install it again with install.sh\n",
                err.toString(StandardCharsets.UTF_8));
    }
}
