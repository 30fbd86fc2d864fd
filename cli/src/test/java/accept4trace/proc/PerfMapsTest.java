package accept4trace.proc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import accept4trace.event.StackFrame;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PerfMapsTest {
    private static final int TGID = 500;

    @TempDir
    private Path proc;

    private final List<String> opened = new ArrayList<>();
    private Path map;

    /** The process has id 7 in its own namespace, so its map is perf-7.map. */
    @BeforeEach
    void makeProcess() throws IOException {
        map = proc.resolve("500/root/tmp/perf-7.map");
        Files.createDirectories(map.getParent());
        Files.writeString(
                map,
                """
                1000 20 LServer;::accept
                1020 10 ~serve server.js:3
                0x0000000000001040 0x0000000000000010 as Java writes it
                not a line
                zz 10 neither
                2000 10 old
                2000 8 new
                30""");
        ownedBy((Integer) Files.getAttribute(map, "unix:uid"));
    }

    private void ownedBy(int uid) throws IOException {
        Files.writeString(proc.resolve("500/status"), "Name:\tnode\nUid:\t0\t" + uid + "\t0\t0\nNSpid:\t500\t41\t7\n");
    }

    private PerfMaps maps(Executor background) {
        PerfMaps.Opener opener = (tgid, path, user, most) -> {
            opened.add(user + " " + path + " " + most);
            return Files.newInputStream(proc.resolve(tgid + "/root/" + path));
        };
        return new PerfMaps(new Processes(proc), opener, background);
    }

    private static StackFrame bare(long address) {
        return new StackFrame(address, address, null, null, 0, null);
    }

    private StackFrame at(long address) {
        return maps(Runnable::run).named(TGID, List.of(bare(address))).get(0);
    }

    private String name(long address) {
        byte[] function = at(address).function();
        return function == null ? null : new String(function, StandardCharsets.US_ASCII);
    }

    @Test
    void namesAddressesWithinAFunction() {
        assertEquals("LServer;::accept", name(0x1000));
        assertEquals("LServer;::accept", name(0x101f));
        assertEquals(0x1f, at(0x101f).offset());
        assertEquals("~serve server.js:3", name(0x1020));
        assertEquals("as Java writes it", name(0x104f));
        assertNull(name(0x1050));
        assertNull(name(0xfff));
        assertNull(name(0x1030));
    }

    @Test
    void namesSeveralFramesButNotFramesInFiles() {
        StackFrame inFile = new StackFrame(0x1000, 0x1000, new byte[] {'/'}, null, 0, null);
        List<StackFrame> frames = maps(Runnable::run)
                .named(
                        TGID,
                        List.of(
                                new StackFrame(0x1001, 0x1001, null, null, 0, null),
                                inFile,
                                new StackFrame(0x1021, 0x1021, null, null, 0, null)));
        assertEquals("LServer;::accept", new String(frames.get(0).function(), StandardCharsets.US_ASCII));
        assertSame(inFile, frames.get(1));
        assertEquals("~serve server.js:3", new String(frames.get(2).function(), StandardCharsets.US_ASCII));
    }

    /** The process chooses the content, so a name must not take unbounded memory. */
    @Test
    void longNameIsTruncated() throws IOException {
        Files.writeString(map, "1000 20 " + "x".repeat(1_000_000) + "\n2000 20 next\n3000 20 unfinished");
        assertEquals("x".repeat(512), name(0x1000));
        assertEquals("next", name(0x2000));
        assertEquals("unfinished", name(0x3000));
    }

    /** New code can replace a part of old code, so the last line that contains the address counts. */
    @Test
    void lastMatchingLineWins() {
        assertEquals("new", name(0x2007));
        assertEquals("old", name(0x2008));
    }

    @Test
    void noNamesWithoutAFile() throws IOException {
        Files.delete(map);
        assertNull(name(0x1000));
    }

    /** The frame says which file system was not read, because the map there may contain the name of the function. */
    @Test
    void mapOnASlowFileSystemIsNotRead() {
        PerfMaps maps = new PerfMaps(
                new Processes(proc),
                (tgid, path, user, most) -> {
                    throw new FileSystemException(path, null, tgid == TGID ? "fuse" : "");
                },
                Runnable::run);
        StackFrame frame = maps.named(TGID, List.of(bare(0x1000))).get(0);
        assertNull(frame.function());
        assertEquals("fuse", frame.unread());
        assertNull(maps.named(TGID + 1, List.of(bare(0x1000))).get(0).unread());
    }

    /** Another user could have planted the file or a link, so a4t_open_below_root() checks the owner. */
    @Test
    void requiresThatTheUserOwnsTheFile() throws IOException {
        ownedBy(33);
        name(0x1000);
        assertEquals(List.of("33 tmp/perf-7.map " + (32 << 20)), opened);
    }

    /** The map is read only when the test runs the work, as if it were large or its file system did not respond. */
    @Test
    void slowFileDoesNotBlockTheCaller() {
        List<Runnable> work = new ArrayList<>();
        PerfMaps maps = maps(work::add);
        for (int i = 0; i < 1000; i++) {
            assertNull(maps.named(TGID, List.of(bare(0x1000 + i))).get(0).function());
        }
        assertTrue(work.size() <= 16, () -> work.size() + " requests");
        work.forEach(Runnable::run);
        StackFrame named = maps.named(TGID, List.of(bare(0x1000))).get(0);
        assertEquals("LServer;::accept", new String(named.function(), StandardCharsets.US_ASCII));
    }

    /** The executor behaves as if the limit on threads were reached. */
    @Test
    void noNamesIfNoThreadIsAvailable() {
        PerfMaps maps = maps(task -> {
            throw new RejectedExecutionException("no thread");
        });
        assertNull(maps.named(TGID, List.of(bare(0x1000))).get(0).function());
    }
}
