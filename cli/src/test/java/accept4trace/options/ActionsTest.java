package accept4trace.options;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import accept4trace.outcome.UserError;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests options that do something other than trace. */
class ActionsTest {
    @ParameterizedTest
    @CsvSource({
        "-h, SHOW_SHORT_HELP",
        "--help, SHOW_HELP",
        "-V, SHOW_VERSION",
        "--version, SHOW_VERSION",
        "--check, CHECK"
    })
    void actionsRequireNoTarget(String option, Settings.Action action) throws Exception {
        assertEquals(action, Arguments.parse(option).action());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--check -p 1 | --check cannot be used with -p",
                "--check --format=json | --check cannot be used with --format",
                "--diagnose --check | --check cannot be used with --diagnose",
                "--check -- true | --check takes no COMMAND"
            })
    void checkExcludesOtherOptions(String line, String message) {
        UserError error = assertThrows(UserError.class, () -> Arguments.parse(line.split(" ")));
        assertEquals(2, error.status());
        assertEquals(message, error.getMessage());
    }
}
