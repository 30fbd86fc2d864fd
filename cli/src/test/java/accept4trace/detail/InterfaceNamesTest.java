package accept4trace.detail;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Uses index 1, which is "lo" in every network namespace. */
class InterfaceNamesTest {
    private static final int LOOPBACK = 1;

    private static long ownNamespace() throws Exception {
        String link = Files.readSymbolicLink(Path.of("/proc/self/ns/net")).toString();
        return Long.parseLong(link.replaceAll("\\D", ""));
    }

    @Test
    void interfaceOfOurNamespaceHasAName() throws Exception {
        assertArrayEquals("lo".getBytes(StandardCharsets.US_ASCII), InterfaceNames.of(LOOPBACK, ownNamespace()));
    }

    /** In another namespace, the index can belong to another interface, so no name is returned. */
    @Test
    void interfaceOfAnotherNamespaceHasNone() throws Exception {
        assertNull(InterfaceNames.of(LOOPBACK, ownNamespace() + 1));
        assertNull(InterfaceNames.of(LOOPBACK, 0));
    }
}
