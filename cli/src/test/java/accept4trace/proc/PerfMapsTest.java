package accept4trace.proc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import accept4trace.event.StackFrame;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PerfMapsTest {
    private static final int TGID = 500;

    @TempDir
    private Path proc;

    private Path map;

    /** It is 7 in its own namespace. */
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

    private StackFrame at(long address) {
        StackFrame frame = new StackFrame(address, address, null, null, 0);
        return new PerfMaps(new Processes(proc)).named(TGID, List.of(frame)).get(0);
    }

    private String name(long address) {
        byte[] function = at(address).function();
        return function == null ? null : new String(function, StandardCharsets.US_ASCII);
    }

    @Test
    void namesWhatItsLinesCover() {
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
    void namesSeveralAtOnceAndLeavesFilesAlone() {
        StackFrame inFile = new StackFrame(0x1000, 0x1000, new byte[] {'/'}, null, 0);
        List<StackFrame> frames = new PerfMaps(new Processes(proc))
                .named(
                        TGID,
                        List.of(
                                new StackFrame(0x1001, 0x1001, null, null, 0),
                                inFile,
                                new StackFrame(0x1021, 0x1021, null, null, 0)));
        assertEquals("LServer;::accept", new String(frames.get(0).function(), StandardCharsets.US_ASCII));
        assertSame(inFile, frames.get(1));
        assertEquals("~serve server.js:3", new String(frames.get(2).function(), StandardCharsets.US_ASCII));
    }

    /** Memory is bounded whatever the process writes. */
    @Test
    void aNameIsCutWhereItBecomesUnreasonable() throws IOException {
        Files.writeString(map, "1000 20 " + "x".repeat(1_000_000) + "\n2000 20 next\n3000 20 unfinished");
        assertEquals("x".repeat(512), name(0x1000));
        assertEquals("next", name(0x2000));
        assertEquals("unfinished", name(0x3000));
    }

    /** Code that has gone makes room for other, which may be shorter. */
    @Test
    void theLastLineThatCoversAPlaceCounts() {
        assertEquals("new", name(0x2007));
        assertEquals("old", name(0x2008));
    }

    @Test
    void nothingIsKnownWithoutAFile() throws IOException {
        Files.delete(map);
        assertNull(name(0x1000));
    }

    /** Another user could have put it there, or made it lead elsewhere. */
    @Test
    void aStrangersFileIsNotRead() throws IOException {
        Path elsewhere = Files.move(map, proc.resolve("elsewhere"));
        Files.createSymbolicLink(map, elsewhere);
        assertNull(name(0x1000));
        Files.delete(map);
        Files.move(elsewhere, map);
        int uid = (Integer) Files.getAttribute(map, "unix:uid");
        if (uid == 0) {
            Files.setAttribute(map, "unix:uid", 12_345);
            ownedBy(12_346);
        } else {
            ownedBy(uid + 1);
        }
        assertNull(name(0x1000));
    }
}
