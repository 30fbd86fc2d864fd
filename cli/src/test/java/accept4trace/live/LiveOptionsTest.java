package accept4trace.live;

import static org.junit.jupiter.api.Assertions.assertEquals;

import accept4trace.cli.Option;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** No option without a live test: each is among the arguments that stand in their sources. */
class LiveOptionsTest {
    private static final Path SOURCES = Path.of("src", "test", "java", "accept4trace", "live");
    private static final Pattern LITERAL = Pattern.compile("\"((?:[^\"\\\\\n]|\\\\.)*)\"");
    /** Between an argument and what stands before or after it. */
    private static final Pattern BETWEEN = Pattern.compile("[\\s='\"\\\\]+");

    @Test
    void everyOptionIsUsed() throws IOException {
        Set<String> used = arguments();
        List<Option> unused = Arrays.stream(Option.values())
                .filter(option -> option.names().stream().noneMatch(used::contains))
                .toList();
        assertEquals(List.of(), unused, "options that no live test uses");
    }

    private static Set<String> arguments() throws IOException {
        try (Stream<Path> files = Files.list(SOURCES)) {
            return files.filter(file -> file.toString().endsWith("IT.java"))
                    .flatMap(LiveOptionsTest::literals)
                    .flatMap(BETWEEN::splitAsStream)
                    .collect(Collectors.toSet());
        }
    }

    private static Stream<String> literals(Path source) {
        try {
            return LITERAL.matcher(Files.readString(source)).results().map(literal -> literal.group(1));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
