package accept4trace.live;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** A terminal with a shell, in a separate tmux server. */
final class Tmux implements AutoCloseable {
    private static final String SHELL = "env PS1='prompt> ' bash --norc --noprofile";

    private final Path socket;

    private Tmux(Path socket) {
        this.socket = socket;
    }

    static Tmux start(Path folder, int columns, int rows) {
        return start(folder, columns, rows, SHELL);
    }

    /** Starts a terminal with this shell, whose prompt must be "prompt> ". */
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

    /** Returns the lines of the screen without trailing blanks. */
    String screen() {
        return String.join("\n", run("capture-pane", "-p"));
    }

    /** Returns the screen with escape sequences of colors and attributes. */
    String colouredScreen() {
        return String.join("\n", run("capture-pane", "-p", "-e"));
    }

    /** Waits until the screen satisfies a condition, and returns the screen. */
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

    /** Presses a key by its name in tmux, e.g. q or C-c. */
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

    /** Evaluates an expression of tmux' format language. */
    String ask(String format) {
        return run("display-message", "-p", format).get(0);
    }

    /** Returns the process id of the program that the shell runs. */
    long program() {
        long shell = Long.parseLong(ask("#{pane_pid}"));
        return ProcessHandle.of(shell)
                .orElseThrow()
                .children()
                .findFirst()
                .orElseThrow()
                .pid();
    }

    /**
     * Also waits for the end of the shell, because the shell writes to its home folder until then, and the test may
     * delete that folder.
     */
    @Override
    public void close() {
        List<Long> processes = Stream.of("#{pid}", "#{pane_pid}")
                .map(format -> Long.valueOf(ask(format)))
                .toList();
        run("kill-server");
        Await.until("tmux and its shell have ended", () -> processes.stream().allMatch(Proc::hasEnded));
    }
}
