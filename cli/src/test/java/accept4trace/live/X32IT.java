package accept4trace.live;

import static org.junit.jupiter.api.Assertions.assertIterableEquals;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Tests accepts by x32 system calls, which have no tracepoints. */
@ExtendWith(Privilege.class)
class X32IT {
    @Test
    void callsAreSeenByKprobes() throws IOException {
        Requirements.ofKernel(hasX32Calls(), "this kernel has no x32 calls: boot it with syscall.x32=y");
        Requirements.ofKernel(Rung.here().seesEveryAccept(), "this kernel has no kprobes");
        try (Workload workload = Workload.start("callsx32");
                Tracer tracer = Tracer.attach(workload)) {
            int port = Proc.listeningPort(workload.pid());
            workload.go();
            String listener = "?<TCP:[127.0.0.1:" + port + "]>";
            String result = " = ?<TCP:[127.0.0.1:" + port + "->127.0.0.1:PORT]> wait=T queue=0/5 via=compat";
            assertIterableEquals(
                    List.of("accept4(" + listener + ", ?, ?, ?)" + result, "accept(" + listener + ", ?, ?)" + result),
                    tracer.calls().stream()
                            .map(call -> call.unmeasured().replaceFirst("(->127\\.0\\.0\\.1):\\d+", "$1:PORT"))
                            .toList());
            tracer.awaitExit(0);
        }
    }

    /** Without x32 calls, the workload prints "no x32" instead of "ready", and ends. */
    private static boolean hasX32Calls() throws IOException {
        Path workload = Workload.executable("callsx32");
        if (!Files.exists(workload)) {
            return false;
        }
        Process process = new ProcessBuilder(workload.toString())
                .redirectInput(new File("/dev/null"))
                .start();
        try (var output = process.inputReader()) {
            return "ready".equals(output.readLine());
        } finally {
            process.destroyForcibly();
        }
    }
}
