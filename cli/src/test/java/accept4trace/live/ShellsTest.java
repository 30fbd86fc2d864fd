package accept4trace.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import accept4trace.options.Completions;
import accept4trace.options.Shell;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests the completion scripts in their shells. Not an IT, because it does not run the tool. */
class ShellsTest {
    /** A script that types a line into a shell on a new terminal, inserts all matches, and saves the resulting line. */
    private static final String ZSH =
            """
            zmodload zsh/zpty
            export folder=$1 result=$3
            zpty shell zsh -f -i
            zpty -w shell 'PS1=; fpath=($folder $fpath); autoload -Uz compinit; compinit -u -D
            zstyle ":completion:all:*" completer _all_matches _complete
            zstyle ":completion:all:*" insert true
            zle -C all complete-word _generic
            keep() { print -r -- $BUFFER >$result; exit }
            zle -N keep
            bindkey "^X" all
            bindkey "^Y" keep
            print rea""dy'
            zpty -r shell ignored '*ready*'
            zpty -w -n shell "$2"$'\\x18\\x19'
            while zpty -r shell ignored; do :; done
            """;

    @TempDir
    private Path folder;

    /** Writes the completion script of a shell to a file. {@code name} is the file name that this shell looks for. */
    private Path script(String shell, String name) throws IOException {
        Path functions = Files.createDirectories(folder.resolve(shell));
        return Files.writeString(
                functions.resolve(name), Completions.script(Shell.valueOf(shell.toUpperCase(Locale.ROOT))));
    }

    private static List<String> run(String program, String... arguments) {
        try (Program shell = Program.start(Requirements.installed(program), List.of(arguments))) {
            List<String> lines = shell.out().awaitEnd();
            assertEquals(
                    0, shell.awaitExit(), () -> program + ": " + shell.err().awaitEnd());
            return lines;
        }
    }

    private String zsh(String typed) throws IOException {
        Path type = Files.writeString(folder.resolve("type.zsh"), ZSH);
        Path result = folder.resolve("result");
        String functions = script("zsh", "_accept4-trace").getParent().toString();
        run("zsh", "-f", type.toString(), functions, typed, result.toString());
        return Files.readString(result).strip();
    }

    private String fish(String typed) throws IOException {
        String completions = script("fish", "accept4-trace.fish").toString();
        List<String> offered =
                run("fish", "--no-config", "-c", "source $argv[1]; complete -C $argv[2]", completions, typed);
        return String.join(
                " ", offered.stream().map(line -> line.split("\t", 2)[0]).toList());
    }

    private String bash(String typed) throws IOException {
        String complete = "source \"$0\"; COMP_WORDS=($1 ''); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _accept4_trace;"
                + " echo \"${COMPREPLY[*]}\"";
        return run("bash", "-c", complete, script("bash", "accept4-trace").toString(), typed)
                .get(0);
    }

    private String complete(String shell, String typed) throws IOException {
        return switch (shell) {
            case "zsh" -> zsh(typed);
            case "fish" -> fish(typed);
            default -> bash(typed);
        };
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--fo | --follow-forks --format=",
                "--format=s | --format=strace",
                "-e ac | -e accept accept4",
                "-S m | -S max-time",
                "-u nobod | -u nobody",
                "-q -- unshar | -q -- unshare",
                "-- unshar | -- unshare"
            })
    void zshCompletes(String typed, String expected) throws IOException {
        assertEquals("accept4-trace " + expected, zsh("accept4-trace " + typed));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--fo | --follow-forks --format",
                "--format=s | --format=strace",
                "-e ac | accept accept4",
                "-S m | max-time",
                "-u nobod | nobody",
                "-- unshar | unshare"
            })
    void fishCompletes(String typed, String expected) throws IOException {
        assertEquals(expected, fish("accept4-trace " + typed));
    }

    @ParameterizedTest
    @ValueSource(strings = {"bash", "zsh", "fish"})
    void completesListeningProcesses(String shell) throws IOException {
        String own = " " + ProcessHandle.current().pid() + " ";
        try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String offered = " " + complete(shell, "accept4-trace -p ") + " ";
            assertTrue(listener.isBound() && offered.contains(own), offered);
            assertTrue(offered.contains(" java "), offered);
            String pids = " " + complete(shell, "accept4-trace --netns ") + " ";
            assertTrue(pids.contains(own) && !pids.contains(" java "), pids);
        }
        try (ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            listener.bind(UnixDomainSocketAddress.of(folder.resolve("socket")));
            String offered = " " + complete(shell, "accept4-trace -p ") + " ";
            assertTrue(offered.contains(own), offered);
        }
        String offered = " " + complete(shell, "accept4-trace -p ") + " ";
        assertFalse(offered.contains(own), offered);
    }
}
