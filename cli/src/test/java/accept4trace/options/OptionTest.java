package accept4trace.options;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests invariants of the table of options. */
class OptionTest {
    private static final int SCREEN_COLUMNS = 80;
    private static final int SCREEN_LINES = 23;

    @Test
    void namesAreUnique() {
        Set<String> seen = new HashSet<>();
        for (Option option : Option.values()) {
            for (String name : option.names()) {
                assertTrue(seen.add(name), name + " is declared twice");
            }
        }
    }

    /** An exclusion is declared at only one of the two options. */
    @Test
    void exclusionsAreDeclaredOnce() {
        for (Option option : Option.values()) {
            for (String name : option.declaration().excluded()) {
                Option other = Option.named(name);
                assertNotEquals(option, other);
                assertTrue(
                        other.declaration().excluded().stream().noneMatch(back -> Option.named(back) == option), name);
            }
        }
    }

    @Test
    void parserAcceptsTheWords() throws Exception {
        for (String family : Option.FAMILY.declaration().words()) {
            Arguments.parse("--all", "--family=" + family);
        }
        for (String finding : Option.FAIL_ON.declaration().words()) {
            Arguments.parse("--all", "--diagnose", "--fail-on=" + finding);
        }
    }

    @Test
    void parserAcceptsTheDefaults() throws Exception {
        Settings settings = Arguments.parse("--all");
        for (Option option : Option.values()) {
            String value = option.declaration().defaultValue();
            if (value != null && option != Option.DIAGNOSE) {
                assertTrue(option.declaration().words().containsAll(List.of(value.split(","))), option.anyName());
            }
        }
        assertEquals(Format.TEXT, settings.output().format());
        assertEquals(ColorWhen.AUTO, settings.output().color());
    }

    @Test
    void helpListsEveryOptionOnce() {
        for (Option option : Option.values()) {
            long lines = Help.lines().stream()
                    .filter(line -> line.startsWith("  " + String.join(", ", option.names()) + " "))
                    .count();
            assertEquals(1, lines, option.anyName());
        }
    }

    /** These are the ways to choose a subject, and the reports for the questions that users ask most. */
    @ParameterizedTest
    @ValueSource(
            strings = {"-p", "--all", "--port", "--queue", "--read", "--check", "--min-wait", "--diagnose", "--trigger"
            })
    void shortHelpNames(String option) {
        assertTrue(Help.shortLines().stream().anyMatch(line -> line.matches(".*[ |]" + option + "\\b.*")), option);
    }

    @Test
    void helpFitsAScreen() {
        assertTrue(Help.shortLines().size() <= SCREEN_LINES);
        assertTrue(Help.lines()
                .containsAll(Help.shortLines().subList(0, Help.shortLines().size() - 1)));
        Help.lines().forEach(line -> assertTrue(line.length() <= SCREEN_COLUMNS, line));
    }
}
