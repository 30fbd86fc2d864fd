package accept4trace.proc;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ProcTextTest {
    private static final String STATUS = "Name:\tnginx\nTgid:\t12\nNSpid:\t12\t1\nUid:\t0\t33\t33\t33";

    @Test
    void aFieldStandsAtTheStartOfItsLine() {
        assertEquals("nginx", ProcText.field(STATUS, "Name:"));
        assertEquals("12", ProcText.field(STATUS, "Tgid:"));
        assertEquals("12\t1", ProcText.field(STATUS, "NSpid:"));
        assertEquals("0\t33\t33\t33", ProcText.field(STATUS, "Uid:"));
    }

    @Test
    void whatStandsElsewhereIsNone() {
        assertEquals("", ProcText.field(STATUS, "pid:"));
        assertEquals("", ProcText.field("Name:\tPid:\t7\n", "Pid:"));
        assertEquals("", ProcText.field("", "Pid:"));
    }

    @Test
    void whatIsNotThereIsEmpty() {
        assertEquals("", ProcText.of(Path.of("/proc/0/status")));
    }
}
