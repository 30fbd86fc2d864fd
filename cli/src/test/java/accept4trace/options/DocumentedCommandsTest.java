package accept4trace.options;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests that the tool accepts the command lines in documents. */
class DocumentedCommandsTest {
    private static final Path TOP = Path.of("..");
    /** Matches a command line. Does not match a notice, in which a colon follows the name. */
    private static final Pattern COMMAND = Pattern.compile("(?<![\\w./-])accept4-trace (?=[-\"])(.*)");
    /** A word as split by a shell. An unmatched quote ends the command, because it belongs to an enclosing command. */
    private static final Pattern WORD =
            Pattern.compile("\\G\\s*((?:'[^'\n]*'|\"(?:\\$\\([^)]*\\)|[^\"\n])*\"|[^\\s'\"|;&<>#()`])+)");
    /** Placeholders, which a shell or a reader replaces. */
    private static final Pattern PLACE = Pattern.compile("\"\\$\\([^)]*\\)\"|\\bPID\\b|\\bPORT\\b");

    private static final Pattern OPTION = Pattern.compile("`(-[a-zA-Z]|--[a-z-]+)\\b[^`]*`");

    private static String text(Path file) {
        try {
            return Files.readString(TOP.resolve(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String blocks(String text, String begin, String end) {
        return Pattern.compile("(?ms)^" + begin + "$(.*?)^" + end + "$")
                .matcher(text)
                .results()
                .map(block -> block.group(1))
                .collect(Collectors.joining("\n"));
    }

    /** Returns lines of code, and commands in the text and in tables. */
    private static Stream<String> ofMarkdown(String file) {
        String text = text(Path.of(file));
        Stream<String> spans = Pattern.compile("`((?:sudo )?accept4-trace [^`]*)`")
                .matcher(text)
                .results()
                .map(span -> span.group(1));
        return Stream.concat(blocks(text, "```\\w*", "```").lines(), spans);
    }

    /** Returns lines of code. If a command has several lines, only the first one is tested. */
    private static Stream<String> ofManPage() {
        return blocks(text(Path.of("man", "accept4-trace.8")), "\\.nf", "\\.fi")
                .replace("\\-", "-")
                .replace("\\(dq", "\"")
                .replace("\\(aq", "'")
                .replaceAll("\\\\f[BIPR]|\\\\&", "")
                .lines();
    }

    static List<String> commands() {
        List<String> commands = Stream.of(
                        ofMarkdown("README.md"),
                        ofMarkdown("CONTRIBUTING.md"),
                        ofMarkdown("man/several-machines.md"),
                        ofManPage())
                .flatMap(lines -> lines)
                .map(COMMAND::matcher)
                .filter(Matcher::find)
                .map(command -> command.group(1))
                .toList();
        assertTrue(commands.size() > 40, commands::toString);
        return commands;
    }

    private static String[] words(String command) {
        List<String> words = new ArrayList<>();
        Matcher word = WORD.matcher(PLACE.matcher(command).replaceAll("1"));
        while (word.find()) {
            words.add(word.group(1).replaceAll("['\"]", ""));
        }
        return words.toArray(String[]::new);
    }

    @ParameterizedTest
    @MethodSource("commands")
    void documentedCommandIsValid(String command) {
        assertDoesNotThrow(() -> Arguments.parse(words(command)), () -> Arrays.toString(words(command)));
    }

    @Test
    void optionsNamedInTheReadmeExist() {
        Set<String> known = Stream.concat(
                        Arrays.stream(Option.values()).flatMap(option -> option.names().stream()),
                        Stream.of("--uninstall"))
                .collect(Collectors.toSet());
        String prose = text(Path.of("README.md")).replaceAll("(?ms)^```.*?^```$", "");
        List<String> unknown = OPTION.matcher(prose)
                .results()
                .map(option -> option.group(1))
                .filter(option -> !known.contains(option))
                .toList();
        assertEquals(List.of(), unknown);
    }
}
