package accept4trace.live;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Tests a setting that keeps even root from attaching a debugger. Runs last, because only a reboot undoes it. */
@Order(Integer.MAX_VALUE)
@Tag("own-machine")
@ExtendWith(Privilege.class)
class YamaIT {
    private static final Path SCOPE = Path.of("/proc/sys/kernel/yama/ptrace_scope");

    /**
     * With this setting, /proc does not show which calls threads are in. The tool must know nevertheless which calls
     * began before tracing.
     */
    @Test
    void olderCallsAreNotTakenForDeniedOnes() throws IOException {
        Requirements.ofKernel(Files.exists(SCOPE), "this kernel has no Yama");
        try (Workload workload = Workload.start("denied")) {
            Files.writeString(SCOPE, "3");
            SeccompIT.assertDistinguished(workload);
        }
    }
}
