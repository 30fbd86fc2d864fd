package accept4trace.proc;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ListenOverflowsTest {
    private static final long OWN = 4026531840L;
    private static final long OTHER = 4026532000L;

    @TempDir
    private Path proc;

    private void process(int tgid, long namespace, String counters) throws IOException {
        Path folder = Files.createDirectories(proc.resolve(Integer.toString(tgid)));
        Files.createDirectories(folder.resolve("ns"));
        Files.createDirectories(folder.resolve("net"));
        link(folder.resolve("exe"), "/bin/server");
        link(folder.resolve("ns/net"), "net:[" + namespace + "]");
        Files.writeString(folder.resolve("net/netstat"), counters);
    }

    private static void link(Path link, String target) throws IOException {
        Files.deleteIfExists(link);
        Files.createSymbolicLink(link, Path.of(target));
    }

    private static String overflows(long count) {
        return "TcpExt: SyncookiesSent ListenOverflows ListenDrops\nTcpExt: 7 " + count
                + " 9\nIpExt: InNoRoutes\nIpExt: 0\n";
    }

    private ListenOverflows start() {
        return new ListenOverflows(new Processes(proc));
    }

    @Test
    void countsFromTheStart() throws IOException {
        process(1, OWN, overflows(5));
        process(2, OTHER, overflows(0));
        ListenOverflows overflows = start();
        process(1, OWN, overflows(8));
        assertEquals(3, overflows.growth(OWN));
        assertEquals(0, overflows.growth(OTHER));
    }

    @Test
    void counterOfANewNamespaceBeginsAtZero() throws IOException {
        process(1, OWN, overflows(5));
        ListenOverflows overflows = start();
        process(2, OTHER, overflows(4));
        assertEquals(4, overflows.growth(OTHER));
    }

    /**
     * Without CAP_SYS_PTRACE, the namespaces of other users' processes are unreadable. So a namespace that was not seen
     * at the start may have existed then, with a counter above zero.
     */
    @Test
    void namespaceThatWasUnreadableDoesNotBeginAtZero() throws IOException {
        process(1, OWN, overflows(5));
        process(2, OTHER, overflows(4));
        Files.delete(proc.resolve("2/ns/net"));
        ListenOverflows overflows = start();
        process(2, OTHER, overflows(4));
        assertEquals(ListenOverflows.UNKNOWN, overflows.growth(OTHER));
        assertEquals(0, overflows.growth(OWN));
    }

    @Test
    void growthIsUnknownAfterTheEndOfTheLastProcess() throws IOException {
        process(1, OWN, overflows(5));
        process(2, OTHER, overflows(4));
        ListenOverflows overflows = start();
        Files.delete(proc.resolve("2/ns/net"));
        assertEquals(ListenOverflows.UNKNOWN, overflows.growth(OTHER));
    }

    @Test
    void counterThatWasUnreadableDoesNotBeginAtZero() throws IOException {
        process(1, OWN, "");
        ListenOverflows overflows = start();
        process(1, OWN, overflows(5));
        assertEquals(ListenOverflows.UNKNOWN, overflows.growth(OWN));
    }

    @Test
    void kernelWithoutTheCounter() throws IOException {
        process(1, OWN, "TcpExt: SyncookiesSent\nTcpExt: 7\n");
        assertEquals(ListenOverflows.UNKNOWN, start().growth(OWN));
    }
}
