package accept4trace.output;

import static org.junit.jupiter.api.Assertions.assertEquals;

import accept4trace.options.ColorWhen;
import accept4trace.text.Text;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OutputStyleTest {
    @ParameterizedTest
    @CsvSource({
        "AUTO, true, TERM=xterm, true",
        "AUTO, false, TERM=xterm, false",
        "AUTO, true, TERM=dumb, false",
        "AUTO, true, NO_COLOR=1, false",
        "AUTO, true, NO_COLOR=, true",
        "AUTO, true, , true",
        "ALWAYS, false, NO_COLOR=1, true",
        "NEVER, true, TERM=xterm, false"
    })
    void colorsAreUsedOnTerminalsThatSupportThem(ColorWhen when, boolean onTerminal, String variables, boolean colour) {
        assertEquals(new Text.Style(false, colour), new OutputStyle(environment(variables)).of(when, onTerminal));
    }

    @ParameterizedTest
    @CsvSource({
        "LANG=en_US.UTF-8, true",
        "LANG=C.utf8, true",
        "LC_CTYPE=ca_ES.UTF-8@valencia, true",
        "LANG=de_DE.ISO-8859-1@utf8, false",
        "LANG=de_DE, false",
        ", false",
        "LC_ALL=C LANG=en_US.UTF-8, false",
        "LC_ALL= LC_CTYPE=C.UTF-8 LANG=C, true"
    })
    void localeDecidesWhetherUtf8IsUsed(String variables, boolean utf8) {
        assertEquals(new Text.Style(utf8, false), new OutputStyle(environment(variables)).of(ColorWhen.NEVER, false));
    }

    private static Map<String, String> environment(String variables) {
        return Stream.ofNullable(variables)
                .flatMap(text -> Arrays.stream(text.split(" ")))
                .map(variable -> variable.split("=", 2))
                .collect(Collectors.toMap(parts -> parts[0], parts -> parts[1]));
    }
}
