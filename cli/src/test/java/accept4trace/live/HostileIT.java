package accept4trace.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertIterableEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Tests hostile names: each call still has a single line, which is printable and unambiguous. */
@ExtendWith(Privilege.class)
class HostileIT {
    @TempDir
    private Path folder;

    @Test
    void onlyAsciiIsPrintedInTheCLocale() {
        List<String> lines = compare("C", folder.toString());
        assertEquals(32, lines.size());
        lines.forEach(line -> assertTrue(line.matches("[ -~]*"), line));
    }

    @Test
    void readableNamesAreKeptInUtf8() {
        List<String> lines = compare("C.UTF-8", folder.toString(), "utf8");
        assertEquals(4, lines.size());
        assertTrue(lines.get(0).contains("n\u00e9"), lines.get(0));
    }

    /** Returns the lines of the tool, after comparing them with the claims of the workload. */
    private static List<String> compare(String locale, String... arguments) {
        Rung rung = Rung.here();
        try (Workload workload = Workload.start("hostile", arguments);
                Tracer tracer = Tracer.startAfter("export LC_ALL=" + locale, "-p", workload.pidText())) {
            tracer.awaitLive();
            workload.go();
            List<String> expected = workload.lines().stream().map(rung::shows).toList();
            List<String> lines = tracer.out().awaitEnd();
            tracer.awaitExit(0);
            List<String> calls = lines.subList(0, lines.size() - 1).stream()
                    .map(line -> line.replaceFirst(" <\\d+\\.\\d{6}>", " <T>")
                            .replaceFirst(" wait=\\d+\\.\\d{6} queue=", " wait=T queue="))
                    .toList();
            assertIterableEquals(expected, calls);
            assertTrue(lines.get(lines.size() - 1).endsWith(">] +++ exited with 0 +++"), lines::toString);
            return calls;
        }
    }
}
