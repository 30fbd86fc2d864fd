package accept4trace.live;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Switches off the kernel's function tracer while hooks depend on it. The tool must report that these hooks are off.
 */
@ExtendWith(Privilege.class)
class SilencedHooksIT {
    private static final Path SWITCH = Path.of("/proc/sys/kernel/ftrace_enabled");
    private static final String SILENT = "accept4-trace: hooks on kernel functions are off: kernel.ftrace_enabled is 0";
    private static final String AGAIN =
            "accept4-trace: hooks on kernel functions are on again; events while they were off are missing";

    @Tag("own-machine")
    @Test
    void silenceIsReportedWhenItBeginsAndEnds() throws IOException {
        Requirements.ofKernel(Files.exists(SWITCH), "this kernel has no function tracer");
        Requirements.ofKernel(Rung.here().seesEveryAccept(), "this kernel has no kprobes");
        try (Workload workload = Workload.start("others");
                Tracer tracer = Tracer.startFolding("-p", workload.pidText())) {
            tracer.awaitLive();
            Requirements.ofKernel(switchOff(), "this kernel does not switch off its function tracer");
            tracer.err().awaitLine("the notice that hooks are silent", SILENT::equals);
            Files.writeString(SWITCH, "1");
            tracer.err().awaitLine("the notice that hooks are on again", AGAIN::equals);
            workload.go();
            assertEquals(0, tracer.awaitExit());
        } finally {
            Files.writeString(SWITCH, "1");
        }
    }

    /**
     * Returns false if the kernel refuses, as newer kernels do. See ftrace_enable_sysctl() in kernel/trace/ftrace.c.
     */
    private static boolean switchOff() throws IOException {
        try {
            Files.writeString(SWITCH, "0");
            return true;
        } catch (IOException refused) {
            assertEquals("Operation not supported", refused.getMessage());
            return false;
        }
    }
}
