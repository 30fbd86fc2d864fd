package accept4trace.proc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests the search for the processes of a cgroup, with files in the format of the kernel. */
class CgroupFolderTest {
    @TempDir
    private Path root;

    private Path mountPoint;

    @BeforeEach
    void cgroups() throws Exception {
        mountPoint = root.resolve("cgroup");
        write("web/cgroup.controllers", "cpu\n");
        write("web/cgroup.procs", "5\n6\n");
    }

    private void write(String name, String text) throws Exception {
        Path file = mountPoint.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private CgroupFolder find(String name) {
        return CgroupFolder.find(name, List.of(root.resolve("missing"), mountPoint), new Processes(root));
    }

    private Set<Integer> tgids(String name) throws Exception {
        CgroupFolder folder = find(name);
        assertNotNull(folder);
        return folder.tgids();
    }

    @Test
    void findsAPathInTheFileSystemOrInTheHierarchy() throws Exception {
        Set<Integer> expected = Set.of(5, 6);
        assertEquals(expected, tgids(mountPoint.resolve("web").toString()));
        assertEquals(expected, tgids("/web"));
        assertEquals(expected, tgids("web"));
        assertNull(find("other"));
    }

    /** A folder of cgroup v1 has no cgroup.controllers, so it is not found. */
    @Test
    void onlyTheUnifiedHierarchy() throws Exception {
        write("old/cgroup.procs", "5\n");
        assertNull(find("old"));
    }

    @Test
    void includesDescendants() throws Exception {
        write("web/a/b/cgroup.procs", "7\n");
        write("web/a/cgroup.procs", "");
        write("web/c/cgroup.procs", "8\n");
        assertEquals(Set.of(5, 6, 7, 8), tgids("web"));
    }

    /**
     * Reading cgroup.procs of a threaded cgroup fails, so the process of each thread in cgroup.threads is looked up
     * instead. Here, the read fails because cgroup.procs is a folder.
     */
    @Test
    void threadsOfAThreadedCgroup() throws Exception {
        Files.createDirectories(mountPoint.resolve("web/threads/cgroup.procs"));
        write("web/threads/cgroup.threads", "71\n");
        Files.createDirectory(root.resolve("71"));
        Files.writeString(root.resolve("71/status"), "Name:\tx\nTgid:\t7\n");
        write("web/threads/cgroup.procs/cgroup.procs", "");
        assertEquals(Set.of(5, 6, 7), tgids("web"));
    }

    @Test
    void removedAndUnreadableAreDistinguished() throws Exception {
        CgroupFolder folder = find("web");
        assertNotNull(folder);
        Files.delete(mountPoint.resolve("web/cgroup.procs"));
        UnreadableException failure = assertThrows(UnreadableException.class, folder::tgids);
        assertEquals("cannot read " + mountPoint + "/web/cgroup.threads", failure.getMessage());
        Files.delete(mountPoint.resolve("web/cgroup.controllers"));
        Files.delete(mountPoint.resolve("web"));
        assertEquals(Set.of(), folder.tgids());
    }
}
