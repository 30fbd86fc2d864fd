package accept4trace.capture.jna;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import accept4trace.capture.CaptureException;
import accept4trace.capture.OperatingSystem;
import accept4trace.event.OpenFile;
import accept4trace.text.Errno;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests structs that the library fills in, field by field. */
class KernelTest {
    private static final int PID = (int) ProcessHandle.current().pid();

    private static int fdOf(Path file) throws IOException {
        try (Stream<Path> fds = Files.list(Path.of("/proc/self/fd"))) {
            return fds.filter(fd -> Files.isReadable(fd) && refersTo(fd, file))
                    .mapToInt(fd -> Integer.parseInt(fd.getFileName().toString()))
                    .findFirst()
                    .orElseThrow();
        }
    }

    private static boolean refersTo(Path fd, Path file) {
        try {
            return Files.readSymbolicLink(fd).equals(file);
        } catch (IOException e) {
            return false;
        }
    }

    private static long inodeOf(Path file) throws IOException {
        return ((Number) Files.getAttribute(file, "unix:ino")).longValue();
    }

    @Test
    void describesAFile(@TempDir Path folder) throws Exception {
        Path file = Files.createFile(folder.toRealPath().resolve("served.html"));
        long inode = inodeOf(file);
        try (InputStream open = Files.newInputStream(file)) {
            int fd = fdOf(file);
            OperatingSystem system = new NativePlatform().operatingSystem();
            OpenFile found = system.openFile(PID, fd, inode);
            assertEquals(file.toString(), new String(found.path(), StandardCharsets.UTF_8));
            assertEquals(0, found.device());
            assertFalse(found.deleted());
            assertNull(system.openFile(PID, fd, inode + 1));

            Files.delete(file);
            assertTrue(system.openFile(PID, fd, inode).deleted());
            assertEquals(-1, open.read());
        }
    }

    @Test
    void describesADevice() throws Exception {
        Path device = Path.of("/dev/null");
        try (InputStream open = Files.newInputStream(device)) {
            OpenFile found = new NativePlatform().operatingSystem().openFile(PID, fdOf(device), inodeOf(device));
            assertEquals(
                    "/dev/null c 1 3",
                    "%s %c %d %d"
                            .formatted(
                                    new String(found.path(), StandardCharsets.UTF_8),
                                    found.device(),
                                    found.major(),
                                    found.minor()));
            assertEquals(-1, open.read());
        }
    }

    @Test
    void describesAFailure(@TempDir Path folder) throws Exception {
        OperatingSystem system = new NativePlatform().operatingSystem();
        String file = folder.resolve("no/such/file").toString();
        CaptureException e = assertThrows(CaptureException.class, () -> system.openOutput(file, false));
        assertEquals(Errno.ENOENT, e.errno());
        assertEquals("write to " + file, e.stage());
    }
}
