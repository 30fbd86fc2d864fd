package accept4trace.live;

import static org.junit.jupiter.api.Assertions.assertEquals;

import accept4trace.options.Option;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Tests that each option occurs among the arguments in the sources of the live tests. */
class LiveOptionsTest {
    private static final Path SOURCES = Path.of("src", "test", "java", "accept4trace", "live");
    private static final Pattern LITERAL = Pattern.compile("\"((?:[^\"\\\\\n]|\\\\.)*)\"");
    /** Other programs that the tests run. Their options must not pass for options of the tool. */
    private static final Set<String> OTHERS =
            Set.of("sh", "bash", "grep", "head", "unshare", "setpriv", "kill", "mount");
    /** Separators of arguments. */
    private static final Pattern BETWEEN = Pattern.compile("[\\s='\"\\\\]+");

    @Test
    void everyOptionHasALiveTest() throws IOException {
        Set<String> used = arguments();
        List<Option> unused = Arrays.stream(Option.values())
                .filter(option -> option.names().stream().noneMatch(used::contains))
                .toList();
        assertEquals(List.of(), unused, "options that no live test uses");
    }

    @Test
    void ignoresOptionsOfOtherPrograms() {
        String source = "bash(\"sh -c 'x'\", \"grep\", \"-q\"); start(\"-p\", pid); bash(\"exec \\\"$1\\\" --all -r\")";
        assertEquals(
                List.of("-p", "--all", "-r"),
                words(source).filter(word -> word.startsWith("-")).toList());
    }

    private static Set<String> arguments() throws IOException {
        try (Stream<Path> files = Files.list(SOURCES)) {
            return files.filter(file -> file.toString().endsWith("IT.java"))
                    .flatMap(file -> words(text(file)))
                    .collect(Collectors.toSet());
        }
    }

    /** Returns the words of all literals, except options that directly follow one of {@link #OTHERS}. */
    private static Stream<String> words(String source) {
        List<String> all = LITERAL.matcher(source)
                .results()
                .map(literal -> literal.group(1))
                .flatMap(BETWEEN::splitAsStream)
                .toList();
        return IntStream.range(0, all.size())
                .filter(i -> i == 0 || !all.get(i).startsWith("-") || !OTHERS.contains(all.get(i - 1)))
                .mapToObj(all::get);
    }

    private static String text(Path source) {
        try {
            return Files.readString(source);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
