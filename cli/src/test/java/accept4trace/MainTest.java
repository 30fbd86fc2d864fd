package accept4trace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import accept4trace.app.Outcome;
import accept4trace.cli.Help;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class MainTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private Outcome run(String... args) {
        PrintStream stdout = new PrintStream(out, true, StandardCharsets.UTF_8);
        PrintStream stderr = new PrintStream(err, true, StandardCharsets.UTF_8);
        return new Main(stdout, stderr).run(args);
    }

    @Test
    void helpGoesToStdout() {
        assertEquals(Outcome.status(0), run("--help"));
        assertEquals(String.join("\n", Help.lines()) + "\n", out.toString(StandardCharsets.UTF_8));
        assertEquals("", err.toString(StandardCharsets.UTF_8));
    }

    @Test
    void versionIsOneLine() {
        assertEquals(Outcome.status(0), run("-V"));
        assertTrue(out.toString(StandardCharsets.UTF_8).matches("accept4-trace \\S.*\n"));
    }

    @Test
    void usageErrorIsOneLineAndAHint() {
        assertEquals(Outcome.status(2), run("--frob"));
        assertEquals("", out.toString(StandardCharsets.UTF_8));
        assertEquals(
                "accept4-trace: unknown option '--frob'\nhint: accept4-trace -h lists the options\n",
                err.toString(StandardCharsets.UTF_8));
    }
}
