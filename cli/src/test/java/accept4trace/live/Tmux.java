package accept4trace.live;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** A terminal with a shell in it: a server of tmux of its own. */
final class Tmux implements AutoCloseable {
    private static final String SHELL = "env PS1='prompt> ' bash --norc --noprofile";

    private final Path socket;

    private Tmux(Path socket) {
        this.socket = socket;
    }

    static Tmux start(Path folder, int columns, int rows) {
        return start(folder, columns, rows, SHELL);
    }

    /** With a shell of the test's choice, whose prompt is "prompt> ". */
    static Tmux start(Path folder, int columns, int rows, String shell) {
        Tmux tmux = new Tmux(folder.resolve("tmux"));
        String size = Integer.toString(columns);
        tmux.run("new-session", "-d", "-x", size, "-y", Integer.toString(rows), shell);
        tmux.await("the prompt", screen -> screen.startsWith("prompt>"));
        return tmux;
    }

    private List<String> run(String... arguments) {
        List<String> all = new ArrayList<>(List.of("-u", "-f", "/dev/null", "-S", socket.toString()));
        all.addAll(List.of(arguments));
        try (Program program = Program.start(Requirements.installed("tmux"), all)) {
            List<String> lines = program.out().awaitEnd();
            assertEquals(0, program.awaitExit(), () -> "tmux " + all);
            return lines;
        }
    }

    /** Its lines, without blanks at their ends. */
    String screen() {
        return String.join("\n", run("capture-pane", "-p"));
    }

    /** With the escape sequences of colours and their kin. */
    String colouredScreen() {
        return String.join("\n", run("capture-pane", "-p", "-e"));
    }

    /** Returns the screen on which it was seen. */
    String await(String fact, Predicate<String> seen) {
        String[] screen = {""};
        try {
            Await.until(fact, () -> seen.test(screen[0] = screen()));
        } catch (AssertionError e) {
            throw new AssertionError(e.getMessage() + "\n" + screen[0], e);
        }
        return screen[0];
    }

    String await(String text) {
        return await("the screen shows " + text, screen -> screen.contains(text));
    }

    /** By tmux' names, as q or C-c. */
    void press(String key) {
        run("send-keys", key);
    }

    void type(String text) {
        run("send-keys", "-l", text);
    }

    void typeLine(String line) {
        type(line);
        press("Enter");
    }

    void resize(int columns, int rows) {
        run("resize-window", "-x", Integer.toString(columns), "-y", Integer.toString(rows));
    }

    /** A word in tmux' format language. */
    String ask(String format) {
        return run("display-message", "-p", format).get(0);
    }

    /** The program that the shell runs. */
    long program() {
        long shell = Long.parseLong(ask("#{pane_pid}"));
        return ProcessHandle.of(shell)
                .orElseThrow()
                .children()
                .findFirst()
                .orElseThrow()
                .pid();
    }

    /** Ends the shell as well, which writes files to its home folder until then. */
    @Override
    public void close() {
        List<Long> processes = Stream.of("#{pid}", "#{pane_pid}")
                .map(format -> Long.valueOf(ask(format)))
                .toList();
        run("kill-server");
        Await.until("tmux and its shell have ended", () -> processes.stream().allMatch(Proc::hasEnded));
    }
}
