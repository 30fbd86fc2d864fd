package accept4trace.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Tests a server inside the kernel: RDS over TCP, which listens once the module rds_tcp is loaded. */
@ExtendWith(Privilege.class)
class KernelServerIT {
    private static final int RDS_PORT = 16385;

    @Test
    void acceptsOfTheKernelAreSeen() throws IOException {
        if (Rung.here() == Rung.TRACEPOINT) {
            assertReportedAsUnseen();
            return;
        }
        Requirements.require(isListening(), "the kernel has no server of RDS: modprobe rds_tcp");
        try (Tracer tracer = Tracer.start("--port", Integer.toString(RDS_PORT), "--count", "1")) {
            tracer.awaitLive();
            try (Socket client = new Socket(InetAddress.getLoopbackAddress(), RDS_PORT)) {
                List<TracedCall> calls = tracer.calls();
                assertEquals(1, calls.size());
                String line = calls.get(0).unmeasured();
                assertTrue(
                        line.matches("accept4\\(\\?, \\?, \\?, \\?\\) = \\?<TCP.*127\\.0\\.0\\.1\\]?:" + RDS_PORT
                                + "->.*:" + client.getLocalPort() + "\\]> wait=T via=kernel"),
                        line);
                assertTrue(calls.get(0).comm().startsWith("k"), line);
            }
            tracer.awaitExit(0);
        }
    }

    private static void assertReportedAsUnseen() {
        try (Tracer tracer = Tracer.start("--all", "--duration", "1ms")) {
            tracer.awaitExit(0);
            String notice =
                    "accept4-trace: accepts by 32-bit programs and by servers in the kernel are not seen without kprobes or fentry";
            assertTrue(tracer.notices().contains(notice), tracer.notices()::toString);
        }
    }

    private static boolean isListening() {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), RDS_PORT)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }
}
