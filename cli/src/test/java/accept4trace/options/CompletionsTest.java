package accept4trace.options;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class CompletionsTest {
    @TempDir
    private Path folder;

    /** Returns bash's completions of the last one of the given words. */
    private List<String> complete(String... words) throws Exception {
        Path script = Files.writeString(folder.resolve("script"), Completions.script(Shell.BASH));
        List<String> command = new ArrayList<>(List.of(
                "bash",
                "-c",
                "source \"$0\"; COMP_WORDS=(\"$@\"); COMP_CWORD=$(($# - 1)); _accept4_trace; printf '%s\\n' \"${COMPREPLY[@]}\"",
                script.toString(),
                "accept4-trace"));
        command.addAll(List.of(words));
        Process bash = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, bash.waitFor(), output);
        return output.lines().filter(line -> !line.isEmpty()).toList();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--fo | --follow-forks --format",
                "--format | --format",
                "--format = s | strace",
                "-e ac | accept4 accept",
                "--trace = %p | %poll",
                "-S m | max-time",
                "--count 1 | ",
                "--diagnose --fo | --follow-forks --format",
                "--fail-on h | herd",
                "--completion = f | fish",
            })
    void bashCompletesOptionsAndTheirWords(String typed, String expected) throws Exception {
        assertEquals(expected == null ? "" : expected, String.join(" ", complete(typed.split(" "))));
    }

    @Test
    void bashCompletesEveryOption() throws Exception {
        Set<String> names = new TreeSet<>();
        for (Option option : Option.values()) {
            names.addAll(option.names());
        }
        assertEquals(names, new TreeSet<>(complete("-")));
    }

    @ParameterizedTest
    @EnumSource(
            value = Shell.class,
            names = {"ZSH", "FISH"})
    void otherShellsCompleteEveryOption(Shell shell) {
        String script = Completions.script(shell);
        for (Option option : Option.values()) {
            for (String name : option.names()) {
                String written = shell == Shell.ZSH
                        ? "'*" + name
                        : name.startsWith("--") ? " -l " + name.substring(2) : " -s " + name.substring(1);
                assertTrue(script.lines().anyMatch(line -> line.contains(written)), name);
            }
        }
        assertTrue(script.contains("text strace json columns"), script);
    }
}
