package accept4trace.capture.jna;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
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
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests each field of the structs that the native library fills in. */
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

    /**
     * In the paths of this interface, each character represents one byte, whatever the locale. The content is so long
     * that reading it takes several calls.
     */
    @Test
    void opensAFileWhoseNameIsNotAscii(@TempDir Path folder) throws Exception {
        OperatingSystem system = new NativePlatform().operatingSystem();
        String name = "\u00c3\u00a9 \u00ff.map";
        byte[] content = "1000 20 a\u00ff\n".repeat(10_000).getBytes(StandardCharsets.ISO_8859_1);
        String path = folder.toRealPath().toString().substring(1) + "/" + name;
        int fd = system.openOutput("/" + path, false, false);
        for (int at = 0; at < content.length; ) {
            at += system.write(fd, content, at, content.length - at);
        }
        system.close(fd);
        int owner = (Integer) Files.getAttribute(folder, "unix:uid");
        try (InputStream in = system.openBelowRoot(PID, path, owner, content.length)) {
            assertArrayEquals(content, in.readAllBytes());
        }
        assertThrows(FileSystemException.class, () -> system.openBelowRoot(PID, path, owner, content.length - 1));
    }

    /**
     * Only files on file systems that are known to be local are read, because others, e.g. NFS, could block the read.
     */
    @Test
    void namesTheFileSystemThatItDoesNotRead() throws Exception {
        OperatingSystem system = new NativePlatform().operatingSystem();
        FileSystemException e =
                assertThrows(FileSystemException.class, () -> system.openBelowRoot(PID, "proc/version", 0, 1 << 20));
        assertEquals("proc", e.getReason());
    }

    @Test
    void thisProgramIsNot32Bit() throws Exception {
        assertFalse(new NativePlatform().operatingSystem().is32Bit(PID));
    }

    @Test
    void describesAFailure(@TempDir Path folder) throws Exception {
        OperatingSystem system = new NativePlatform().operatingSystem();
        String file = folder.resolve("no/such/file").toString();
        CaptureException e = assertThrows(CaptureException.class, () -> system.openOutput(file, false, false));
        assertEquals(Errno.ENOENT, e.errno());
        assertEquals("write to " + file, e.stage());
    }
}
