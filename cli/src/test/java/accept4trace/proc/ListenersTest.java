package accept4trace.proc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests listeners with a fake /proc in the format of the kernel. */
class ListenersTest {
    private static final String TCP_HEADING =
            "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n";

    @TempDir
    Path proc;

    @BeforeEach
    void tables() throws Exception {
        write(
                "net/tcp",
                TCP_HEADING
                        + "   0: 0100007F:0050 00000000:0000 0A 00000000:00000000 00:00000000 00000000 0 0 111 1\n"
                        + "   1: 0100007F:0051 0100007F:A000 01 00000000:00000000 00:00000000 00000000 0 0 112 1\n");
        write("net/tcp6", TCP_HEADING);
    }

    private void write(String name, String text) throws Exception {
        Path file = proc.resolve("7").resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private boolean hasListener(String... openFiles) throws Exception {
        Path folder = Files.createDirectories(proc.resolve("7/fd"));
        for (int fd = 0; fd < openFiles.length; fd++) {
            Files.createSymbolicLink(folder.resolve(Integer.toString(fd)), Path.of(openFiles[fd]));
        }
        return isOwner();
    }

    private boolean isOwner() {
        return new Listeners(new Processes(proc)).owners(List.of(0x50)).tgids().contains(7);
    }

    @Test
    void findsAListeningTcpSocket() throws Exception {
        assertTrue(hasListener("/dev/null", "socket:[111]"));
    }

    /** /proc does not show files or sockets of a thread that has ended. */
    @Test
    void findsListenersAfterTheEndOfTheMainThread() throws Exception {
        Files.createDirectories(proc.resolve("7/task/7"));
        Files.createDirectories(proc.resolve("7/task/8"));
        Files.createDirectories(proc.resolve("7/fd"));
        Files.move(
                proc.resolve("7/net"), Files.createDirectory(proc.resolve("8")).resolve("net"));
        Files.createSymbolicLink(proc.resolve("8/exe"), Path.of("/usr/bin/server"));
        Path folder = Files.createDirectories(proc.resolve("8/fd"));
        Files.createSymbolicLink(folder.resolve("3"), Path.of("socket:[111]"));
        assertTrue(isOwner());
    }

    /** Processes 7 and 9 are in one namespace, 8 is in another, where the port belongs to another socket. */
    @Test
    void findsTheOwnersOfAPortInEveryNetworkNamespace() throws Exception {
        namespace("7", 1);
        namespace("8", 2);
        namespace("9", 1);
        write("../8/net/tcp", TCP_HEADING + "   0: 00000000:0050 00:0000 0A 0:0 00:0 0 0 0 211 1\n");
        Files.createDirectories(proc.resolve("9"));
        Files.createSymbolicLink(proc.resolve("9/net"), proc.resolve("7/net"));
        hasListener("socket:[111]");
        open("8", "socket:[211]");
        open("9", "socket:[112]");
        Listeners.Owners owners = new Listeners(new Processes(proc)).owners(List.of(0x50));
        assertEquals(Set.of(7, 8), Set.copyOf(owners.tgids()));
        assertTrue(owners.complete());
        assertEquals(
                List.of(),
                new Listeners(new Processes(proc)).owners(List.of(0x51)).tgids());
    }

    @Test
    void processesWithUnreadableNamespacesAreSearchedSeparately() throws Exception {
        write("../8/net/tcp", TCP_HEADING + "   0: 00000000:0050 00:0000 0A 0:0 00:0 0 0 0 211 1\n");
        hasListener("socket:[111]");
        open("8", "socket:[211]");
        Listeners.Owners owners = new Listeners(new Processes(proc)).owners(List.of(0x50));
        assertEquals(Set.of(7, 8), Set.copyOf(owners.tgids()));
    }

    /** The port may belong to no process, or to one whose files cannot be read. */
    @Test
    void ownersAreIncompleteIfFilesAreUnreadable() throws Exception {
        namespace("7", 1);
        Files.createFile(proc.resolve("7/fd"));
        Listeners.Owners owners = new Listeners(new Processes(proc)).owners(List.of(0x50));
        assertEquals(List.of(), owners.tgids());
        assertFalse(owners.complete());
    }

    private void namespace(String process, int inode) throws Exception {
        Path folder = Files.createDirectories(proc.resolve(process).resolve("ns"));
        Files.createSymbolicLink(folder.resolve("net"), Path.of("net:[" + inode + "]"));
    }

    private void open(String process, String file) throws Exception {
        Path folder = Files.createDirectories(proc.resolve(process).resolve("fd"));
        Files.createSymbolicLink(folder.resolve("3"), Path.of(file));
    }

    @Test
    void connectionsAreNotListeners() throws Exception {
        assertFalse(hasListener("socket:[112]", "socket:[999]"));
    }
}
