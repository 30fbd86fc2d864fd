package accept4trace.live;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Tests a server that opens 3000 listeners, one after another. HeapIT tests even more listeners, but with simulated
 * events.
 */
@Tag("any-kernel")
@ExtendWith(Privilege.class)
class MemoryIT {
    private static final long MAX_KIB = 64 * 1024;
    private static final String LISTENERS =
            """
            import socket
            input()
            for i in range(3000):
                with socket.socket() as s:
                    s.bind(("127.0.0.1", 0))
                    s.listen(1)
                    c = socket.create_connection(s.getsockname())
                    s.accept()[0].close()
                    c.close()
            print("done", flush=True)
            input()
            """;

    @ParameterizedTest
    @ValueSource(strings = {"-c", "--interval 1s", "--diagnose 100s", "-c --format=json", "-v"})
    void memoryIsBounded(String options) {
        try (Program server = Program.start(Requirements.installed("python3"), List.of("-c", LISTENERS));
                Tracer tracer = Tracer.startFolding((options + " -p " + server.pid()).split(" "))) {
            tracer.awaitLive();
            server.sendLine();
            server.out().awaitLine("its end", "done"::equals);
            long most = Proc.kib(tracer.pid(), "VmHWM");
            assertTrue(most <= MAX_KIB, () -> options + " took " + most + " KiB");
            server.sendLine();
            tracer.awaitExit(0);
        }
    }
}
