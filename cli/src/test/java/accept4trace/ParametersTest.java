package accept4trace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.reflect.Executable;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Nobody can tell the arguments of a long list apart, and no compiler two of the same type. */
class ParametersTest {
    private static final int MAX_PARAMETERS = 7;

    @Test
    void nothingTakesMoreThanSevenParameters() throws IOException, URISyntaxException {
        Path classes = Path.of(
                Main.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        try (Stream<Path> files = Files.walk(classes.resolve("accept4trace"))) {
            List<Executable> all = files.filter(file -> file.toString().endsWith(".class"))
                    .flatMap(file -> executables(classes.relativize(file).toString()))
                    .toList();
            assertTrue(all.size() > 1000, () -> "only " + all.size());
            assertEquals(
                    List.of(),
                    all.stream()
                            .filter(executable ->
                                    !executable.isSynthetic() && executable.getParameterCount() > MAX_PARAMETERS)
                            .toList());
        }
    }

    private static Stream<Executable> executables(String file) {
        String name = file.substring(0, file.length() - ".class".length()).replace('/', '.');
        try {
            Class<?> type = Class.forName(name, false, ParametersTest.class.getClassLoader());
            return Stream.concat(
                    Arrays.stream(type.getDeclaredConstructors()), Arrays.stream(type.getDeclaredMethods()));
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(e);
        }
    }
}
