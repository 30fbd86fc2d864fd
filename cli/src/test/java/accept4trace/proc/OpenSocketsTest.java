package accept4trace.proc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests {@link OpenSockets} with files in the format of /proc. */
class OpenSocketsTest {
    /**
     * The epoll instance of an nginx worker. It watches the listener (with EPOLLEXCLUSIVE), the socket to nginx's
     * master process, and an eventfd.
     */
    private static final String EPOLL =
            """
            pos:\t0
            flags:\t02
            mnt_id:\t17
            ino:\t1039
            tfd:        3 events: 10000019 data:     55e99c455d50  pos:0 ino:f3fa6 sdev:9
            tfd:        5 events:     2019 data:     55e99c455e40  pos:0 ino:f3fa8 sdev:9
            tfd:        7 events: 80000019 data:     55e9772f6340  pos:0 ino:40f sdev:10
            """;

    @TempDir
    private Path proc;

    private Processes processes;
    private OpenSockets sockets;

    @BeforeEach
    void start() throws IOException {
        processes = new Processes(proc);
        sockets = new OpenSockets(processes);
        write("7/fdinfo/8", EPOLL);
        write("7/fdinfo/9", "pos:\t0\nflags:\t02004002\nmnt_id:\t8\n");
        link("7/fd/9", "socket:[700]");
    }

    private void write(String name, String text) throws IOException {
        Path file = proc.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private void link(String name, String target) throws IOException {
        Path link = proc.resolve(name);
        Files.createDirectories(link.getParent());
        Files.createSymbolicLink(link, Path.of(target));
    }

    @Test
    void flagsOfAnOpenSocket() {
        assertEquals(0x80802, sockets.flags(7, 9, 700));
        assertEquals(-1, sockets.flags(7, 9, 701));
        assertEquals(-1, sockets.flags(7, 10, 700));
    }

    @Test
    void eventsThatAnEpollInstanceWatches() {
        assertEquals(0x10000019, sockets.watchedEvents(7, 8, 0xf3fa6));
        assertEquals(0x2019, sockets.watchedEvents(7, 8, 0xf3fa8));
        assertEquals(0x80000019, sockets.watchedEvents(7, 8, 0x40f));
        assertEquals(0, sockets.watchedEvents(7, 8, 0xf3fa));
        assertEquals(0, sockets.watchedEvents(7, 9, 700));
    }

    @Test
    void limitsOfOpenFiles() throws IOException {
        write(
                "7/limits",
                "Limit                     Soft Limit           Hard Limit           Units     \n"
                        + "Max open files            1024                 524288               files     \n");
        write("8/limits", "Max open files            unlimited            unlimited            files     \n");
        assertEquals(1024, processes.openFileLimit(7));
        assertEquals(Long.MAX_VALUE, processes.openFileLimit(8));
        assertEquals(-1, processes.openFileLimit(9));
    }

    @Test
    void findsChildrenThatRunOtherPrograms() throws IOException {
        write("7/task/7/children", "10 11 ");
        link("7/exe", "nginx");
        link("10/exe", "nginx");
        assertFalse(processes.runsOtherPrograms(7));
        link("11/exe", "sleep");
        assertTrue(processes.runsOtherPrograms(7));
    }
}
