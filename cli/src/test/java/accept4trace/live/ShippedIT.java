package accept4trace.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Tests the installed completions, manual page and schema. Unit tests check the code and the sources from which these
 * files are made.
 */
@Tag("any-kernel")
class ShippedIT {
    private static final String BASH_COMPLETION = "/usr/share/bash-completion/bash_completion";

    /**
     * A copy of the tool that an administrator can make, as section WITHOUT ROOT of the manual page describes. So it is
     * not part of the installation.
     */
    private static final String COPY_FOR_A_GROUP = "bin/accept4-trace-group";

    @TempDir
    private Path folder;

    private static Path share() {
        return Tracer.executable().resolve("../../share").normalize();
    }

    /** If anything precedes the first line, zsh ignores the file, and other shells report errors. */
    @ParameterizedTest
    @CsvSource({
        "bash-completion/completions/accept4-trace, # bash completion for accept4-trace",
        "zsh/site-functions/_accept4-trace, #compdef accept4-trace",
        "fish/vendor_completions.d/accept4-trace.fish, # fish completion for accept4-trace"
    })
    void nothingPrecedesTheFirstLineOfCompletions(String file, String expected) throws IOException {
        List<String> lines = Files.readAllLines(share().resolve(file));
        assertEquals(expected, lines.get(0));
        assertTrue(lines.size() > 50, lines::toString);
    }

    @ParameterizedTest
    @CsvSource({
        "bash, bash-completion/completions/accept4-trace",
        "zsh, zsh/site-functions/_accept4-trace",
        "fish, fish/vendor_completions.d/accept4-trace.fish"
    })
    void toolPrintsTheInstalledCompletions(String shell, String file) throws IOException {
        List<String> printed = output(Tracer.executable(), "--completion=" + shell);
        assertEquals(Files.readAllLines(share().resolve(file)), printed);
    }

    /** Tests that the shell finds the script in the installed tree and completes a line typed on a terminal. */
    @ParameterizedTest
    @ValueSource(strings = {"bash", "zsh", "fish"})
    void tabCompletesInTheShell(String shell) {
        tabCompletes(shell, share() + ":/usr/share", preparation(shell));
    }

    /** Tests the commands in the manual page that load the completions of a tool that is not installed. */
    @ParameterizedTest
    @CsvSource({
        "bash, source <(accept4-trace --completion=bash)",
        "zsh, autoload -Uz compinit; compinit -u -D; source <(accept4-trace --completion=zsh)",
        "fish, accept4-trace --completion=fish | source"
    })
    void tabCompletesAfterLoadingWhatTheToolPrints(String shell, String command) {
        tabCompletes(shell, "/usr/share", command + "; clear");
    }

    private void tabCompletes(String shell, String dataFolders, String preparation) {
        Requirements.installed(shell);
        try (Tmux terminal = Tmux.start(folder, 200, 20, interactive(shell, dataFolders))) {
            terminal.typeLine(preparation);
            terminal.await("a clean screen", screen -> screen.strip().equals("prompt>"));
            terminal.type("accept4-trace --follow-f");
            terminal.press("Tab");
            terminal.await("prompt> accept4-trace --follow-forks");
            terminal.type(" --format=st");
            terminal.press("Tab");
            String screen = terminal.await("--format=strace");
            assertEquals(1, screen.strip().lines().count(), screen);
        }
    }

    private String interactive(String shell, String dataFolders) {
        String environment = "env HOME=" + folder + " XDG_CONFIG_HOME=" + folder + " PS1='prompt> ' XDG_DATA_DIRS="
                + dataFolders + " PATH=" + Tracer.executable().getParent() + ":$PATH ";
        return environment
                + switch (shell) {
                    case "zsh" -> "zsh -f -i";
                    /* On the screen, suggestions would look like completions. */
                    case "fish" ->
                        "fish -C 'set -g fish_autosuggestion_enabled 0; set -g fish_greeting;"
                                + " function fish_prompt; echo -n \"prompt> \"; end'";
                    default -> "bash --norc --noprofile -i";
                };
    }

    private static String preparation(String shell) {
        return switch (shell) {
            case "zsh" ->
                "fpath=(" + share().resolve("zsh/site-functions")
                        + " $fpath); autoload -Uz compinit; compinit -u -D; clear";
            case "fish" -> "clear";
            default -> {
                Requirements.require(Files.exists(Path.of(BASH_COMPLETION)), "bash-completion is not installed");
                yield "source " + BASH_COMPLETION + "; clear";
            }
        };
    }

    @Test
    void manualPageIsCleanAndComplete() {
        String page = share().resolve("man/man8/accept4-trace.8").toString();
        assertEquals(List.of(), output("mandoc", "-T", "lint", "-W", "warning", page));
        List<String> text = output("mandoc", "-T", "utf8", page);
        assertTrue(text.get(0).startsWith("ACCEPT4-TRACE(8)"), text.get(0));
        assertTrue(text.size() > 500, () -> text.size() + " lines");
    }

    /**
     * The page assumes that the tool is installed in /usr/local. The test looks for the same files in the folder of the
     * tested installation.
     */
    @Test
    void filesNamedInTheManualPageAreInstalled() throws IOException {
        String page = Files.readString(share().resolve("man/man8/accept4-trace.8"))
                .replace("\\-", "-")
                .replaceAll("\\\\f[BIPR]", "");
        Set<String> missing = Pattern.compile("(?<!\\w)/usr/local/([\\w./-]*\\w)")
                .matcher(page)
                .results()
                .map(path -> path.group(1))
                .filter(path -> !Files.exists(share().resolveSibling(path)))
                .collect(Collectors.toCollection(TreeSet::new));
        assertEquals(Set.of(COPY_FOR_A_GROUP), missing);
    }

    /** Validates only the schema itself. JsonIT validates records with the same library. */
    @Test
    void schemaIsValid() {
        String check = "import json, jsonschema, sys; "
                + "jsonschema.Draft202012Validator.check_schema(json.load(open(sys.argv[1]))); print('valid')";
        assertEquals(
                List.of("valid"), output("python3", "-c", check, JsonIT.schema().toString()));
    }

    private static List<String> output(String program, String... arguments) {
        return output(Requirements.installed(program), arguments);
    }

    private static List<String> output(Path program, String... arguments) {
        try (Program run = Program.start(program, List.of(arguments))) {
            List<String> lines = run.out().awaitEnd();
            assertEquals(
                    0,
                    run.awaitExit(),
                    () -> lines + " " + String.join("\n", run.err().awaitEnd()));
            return lines;
        }
    }
}
