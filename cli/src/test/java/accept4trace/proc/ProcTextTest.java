package accept4trace.proc;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcTextTest {
    private static final String STATUS = "Name:\tnginx\nTgid:\t12\nNSpid:\t12\t1\nUid:\t0\t33\t33\t33";

    @Test
    void fieldMustStartItsLine() {
        assertEquals("nginx", ProcText.field(STATUS, "Name:"));
        assertEquals("12", ProcText.field(STATUS, "Tgid:"));
        assertEquals("12\t1", ProcText.field(STATUS, "NSpid:"));
        assertEquals("0\t33\t33\t33", ProcText.field(STATUS, "Uid:"));
    }

    @Test
    void fieldElsewhereIsIgnored() {
        assertEquals("", ProcText.field(STATUS, "pid:"));
        assertEquals("", ProcText.field("Name:\tPid:\t7\n", "Pid:"));
        assertEquals("", ProcText.field("", "Pid:"));
    }

    @Test
    void negativeNumbersAreUnknown() {
        assertEquals(0, ProcText.integer("-1", 10, 0));
        assertEquals(-1, ProcText.integer("-7", 10, -1));
        assertEquals(0, ProcText.number("-9223372036854775808", 10, 0));
        assertEquals(7, ProcText.number("7", 10, 0));
    }

    /** Files of securityfs cannot seek, just like the pipe in this test. */
    @Test
    void readsFilesThatCannotSeek(@TempDir Path folder) throws Exception {
        Path pipe = folder.resolve("pipe");
        String script = "mkfifo \"$1\" && echo pipe && exec echo '[none] integrity' >\"$1\"";
        Process writer = new ProcessBuilder("sh", "-c", script, "sh", pipe.toString()).start();
        try {
            writer.inputReader().readLine();
            assertEquals("[none] integrity\n", ProcText.of(pipe));
        } finally {
            writer.destroy();
        }
    }

    @Test
    void readsLongFiles(@TempDir Path folder) throws Exception {
        String text = "0123456789".repeat(1000);
        assertEquals(text, ProcText.of(Files.writeString(folder.resolve("long"), text)));
    }

    @Test
    void missingFileIsEmpty() {
        assertEquals("", ProcText.of(Path.of("/proc/0/status")));
    }
}
