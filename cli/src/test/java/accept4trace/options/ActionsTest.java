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
        "--check, CHECK",
        "--completion=zsh, SHOW_COMPLETION"
    })
    void actionsRequireNoTarget(String option, Settings.Action action) throws Exception {
        assertEquals(action, Arguments.parse(option).task().action());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--check -p 1 | --check cannot be used with -p",
                "--check --format=json | --check cannot be used with --format",
                "--diagnose --check | --check cannot be used with --diagnose",
                "--check -- true | --check takes no COMMAND",
                "--completion=bash -p 1 | --completion cannot be used with -p",
                "--queue --completion=bash | --completion cannot be used with --queue",
                "--completion=bash true | --completion takes no COMMAND",
                "--completion=bash --completion=zsh | --completion can be given only once",
                "--completion=tcsh | --completion: 'tcsh' is not one of bash, zsh, fish",
                "--completion | --completion needs a value: SHELL"
            })
    void otherActionsExcludeOptions(String line, String message) {
        UserError error = assertThrows(UserError.class, () -> Arguments.parse(line.split(" ")));
        assertEquals(2, error.status());
        assertEquals(message, error.getMessage());
    }
}
