package accept4trace.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What must hold for the whole table of options. */
class OptionTest {
    private static final int SCREEN_COLUMNS = 100;
    private static final int SCREEN_LINES = 50;

    @Test
    void namesAreUnique() {
        Set<String> seen = new HashSet<>();
        for (Option option : Option.values()) {
            for (String name : option.names()) {
                assertTrue(seen.add(name), name + " is declared twice");
            }
        }
    }

    @Test
    void everyOptionIsInTheHelpOnce() {
        for (Option option : Option.values()) {
            long lines = Help.lines().stream()
                    .filter(line -> line.startsWith("  " + String.join(", ", option.names()) + " "))
                    .count();
            assertEquals(1, lines, option.longName());
        }
    }

    @Test
    void helpFitsAScreen() {
        assertTrue(Help.lines().size() <= SCREEN_LINES);
        Help.lines().forEach(line -> assertTrue(line.length() <= SCREEN_COLUMNS, line));
    }
}
