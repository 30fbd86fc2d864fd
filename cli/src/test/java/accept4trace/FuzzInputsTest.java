package accept4trace;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Tests that each folder of fuzz inputs has the name of a fuzz test method, because the fuzzer looks for the inputs of
 * the method in a folder of that name.
 */
class FuzzInputsTest {
    private static final Path INPUTS = Path.of("src", "test", "resources");
    private static final Path SOURCES = Path.of("src", "test", "java");
    private static final String SUFFIX = "Inputs";

    @Test
    void everyFolderIsNamedAfterAFuzzTest() throws IOException {
        List<Path> folders;
        try (Stream<Path> all = Files.walk(INPUTS)) {
            folders = all.filter(folder -> folder.getParent().toString().endsWith("FuzzTest" + SUFFIX))
                    .toList();
        }
        assertFalse(folders.isEmpty());
        for (Path folder : folders) {
            String test = INPUTS.relativize(folder.getParent()).toString();
            Path source = SOURCES.resolve(test.substring(0, test.length() - SUFFIX.length()) + ".java");
            assertTrue(
                    Files.readString(source).contains("@FuzzTest\n    void " + folder.getFileName() + "("),
                    folder::toString);
        }
    }
}
