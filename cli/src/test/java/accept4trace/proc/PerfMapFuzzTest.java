package accept4trace.proc;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import accept4trace.proc.PerfMapReader.Symbol;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Tests that every name read from a perf map occurs in it. Traced processes can write anything into the map. */
class PerfMapFuzzTest {
    private static final List<Long> WANTED = List.of(0x1000L, 0x1fffL, 0L, -1L, Long.MIN_VALUE, 0x7f0000001010L);
    private static final int LONGEST_NAME = 512;

    @FuzzTest
    void everyNameIsThatOfALine(byte[] map) throws IOException {
        String text = new String(map, StandardCharsets.ISO_8859_1);
        PerfMapReader reader = new PerfMapReader(new ByteArrayInputStream(map), WANTED);
        for (Symbol symbol = reader.next(); symbol != null; symbol = reader.next()) {
            assertFalse(reader.matches().isEmpty());
            assertTrue(WANTED.containsAll(reader.matches()));
            assertTrue(symbol.name().length <= LONGEST_NAME);
            String name = new String(symbol.name(), StandardCharsets.ISO_8859_1);
            assertTrue(!name.contains("\n") && text.contains(name), name);
        }
    }
}
