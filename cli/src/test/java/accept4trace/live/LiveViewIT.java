package accept4trace.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests --live in a real terminal. */
@Tag("any-kernel")
@ExtendWith(Privilege.class)
class LiveViewIT {
    private static final String KEY_LINE = " q  quit   s  sort   r  reverse   t  table   p  pause   z  zero   ?  help";
    private static final Pattern COLOUR = Pattern.compile("\u001b\\[[0-9;]*3[0-7]m");

    @TempDir
    private Path folder;

    /**
     * Types the command and waits for the view. Without the trap, ^C would make the shell skip the commands after the
     * view. After SIGKILL, another process restores the terminal, and the shell may continue before that, so the shell
     * waits until the terminal has its old settings.
     */
    private void startView(Tmux terminal, String prefix, String arguments) {
        terminal.typeLine(
                "ulimit -c 0; trap : INT; own=$(stty -g); stty -a >before; " + prefix + Tracer.executable() + " --live "
                        + arguments
                        + "; status=$?; until [ \"$(stty -g)\" = \"$own\" ]; do :; done; echo \"status $status\"; stty -a >after;"
                        + " echo \"it is\" over");
        terminal.await(KEY_LINE);
    }

    private Tmux terminal(int columns, int rows) {
        Tmux terminal = Tmux.start(folder, columns, rows);
        terminal.typeLine("cd '" + folder + "'; export LC_ALL=C.UTF-8; clear");
        return terminal;
    }

    private static void load(Nginx nginx, int connections) {
        List<String> arguments = List.of(Integer.toString(nginx.port()), Integer.toString(connections));
        try (Program load = Program.start(Workload.executable("load"), arguments)) {
            assertEquals(List.of(Integer.toString(connections)), load.out().awaitEnd());
        }
    }

    private void assertTerminalIsAsBefore(Tmux terminal) throws IOException {
        terminal.await("it is over");
        assertEquals(Files.readString(folder.resolve("before")), Files.readString(folder.resolve("after")));
        assertEquals("0 1", terminal.ask("#{alternate_on} #{cursor_flag}"), "alternate screen, cursor");
    }

    @ParameterizedTest
    @CsvSource({"80, 24", "200, 50"})
    void screenShowsTheNumbersOfTheWorkload(int columns, int rows) throws IOException {
        try (Nginx nginx = Nginx.start(folder);
                Tmux terminal = terminal(columns, rows)) {
            startView(terminal, "", "-f -p " + nginx.pid());
            load(nginx, 23);
            String screen = terminal.await(" 23 connections, ");
            List<String> lines = screen.lines().toList();
            assertEquals(rows, lines.size());
            assertMatches(
                    "accept4 and accept of \\d+ \\(nginx, 1 thread\\) with.* tracepoint\\S*  0:00:\\d\\d",
                    lines.get(0));
            assertMatches("\\d+ calls \\(\\S+/s\\), 23 connections, \\d+ empty, \\d+ errors?, 0 lost", lines.get(1));
            assertMatches("calls +\\S+/s [ \u2581-\u2588]+ accept queue +p50 +p90 +p99 +max", lines.get(3));
            assertMatches("conns +\\S+/s [ \u2581-\u2588]+ last second( +\\S+){4}", lines.get(4));
            assertMatches("empty +\\S+/s [ \u2581-\u2588]+ since start( +\\S+){4}", lines.get(5));
            assertMatches("errors +\\S+/s [ \u2581-\u2588]+ < 100\u00b5s .*", lines.get(6));
            String owners = columns < 120 ? "" : "owners +";
            String owner = columns < 120 ? "" : "nginx\\[\\d+\\] +";
            assertMatches(
                    "listener \\(2\\) +" + owners + "conns/s  queue +last s +high +limit +oldest +refused",
                    lines.get(13));
            String refused = Rung.here() == Rung.TRACEPOINT ? "-" : "0";
            for (String row : lines.subList(14, 16)) {
                assertMatches("TCP 127.0.0.1:" + nginx.port() + " +" + owner + "\\S+/s .* " + refused, row);
            }
            assertMatches("peer \\(1\\) +conns/s +\u25bcconns +share +last.*", lines.get(17));
            assertMatches("127.0.0.1 +\\S+/s +23 +100.0% \u2588{12} +\\d+s ago.*", lines.get(18));
            assertEquals(KEY_LINE, lines.get(rows - 1));
            terminal.press("q");
            terminal.await("status 0");
            assertTerminalIsAsBefore(terminal);
        }
    }

    private static void assertMatches(String pattern, String line) {
        assertTrue(line.matches(pattern), () -> "'" + line + "' does not match " + pattern);
    }

    @Test
    void keysWorkAsTheKeyLineSays() throws IOException {
        try (Nginx nginx = Nginx.start(folder);
                Tmux terminal = terminal(80, 24)) {
            startView(terminal, "", "-o lines -f -p " + nginx.pid());
            load(nginx, 23);
            terminal.await(" 23 connections, ");
            terminal.press("s");
            terminal.await("\u25bclast");
            terminal.press("r");
            terminal.await("\u25b2last");
            terminal.press("t");
            terminal.await("worker (2)");
            terminal.press("?");
            terminal.await("end the trace");
            terminal.press("?");
            terminal.press("p");
            terminal.await(" paused");
            load(nginx, 23);
            terminal.press("Tab");
            assertTrue(terminal.await("peer (1)").contains(" 23 connections, "));
            terminal.press("p");
            terminal.await(" 46 connections, ");
            terminal.press("z");
            terminal.await(" 0 connections, ");
            terminal.press("q");
            assertTerminalIsAsBefore(terminal);
            try (var lines = Files.lines(folder.resolve("lines"))) {
                assertEquals(
                        46, lines.filter(line -> line.contains("->127.0.0.1:")).count());
            }
        }
    }

    @Test
    void resizeTakesEffectImmediately() throws IOException {
        try (Nginx nginx = Nginx.start(folder);
                Tmux terminal = terminal(80, 24)) {
            startView(terminal, "", "-p " + nginx.worker());
            terminal.resize(170, 40);
            terminal.await(
                    "the view fills the new size",
                    screen -> screen.endsWith(KEY_LINE) && screen.lines().count() == 40 && screen.contains("worker ("));
            terminal.resize(60, 20);
            terminal.await("terminal too small: 60x20, needs 80x24");
            terminal.resize(80, 24);
            terminal.await(KEY_LINE);
            terminal.press("q");
            assertTerminalIsAsBefore(terminal);
        }
    }

    @ParameterizedTest
    @CsvSource({"INT, 130", "TERM, 143", "HUP, 129", "ABRT, 134", "KILL, 137"})
    void everySignalRestoresTheTerminal(String signal, int status) throws IOException {
        try (Nginx nginx = Nginx.start(folder);
                Tmux terminal = terminal(80, 24)) {
            terminal.typeLine("echo what was there before");
            startView(terminal, "", "-p " + nginx.worker());
            Program.signal(signal, terminal.program());
            terminal.await("status " + status);
            assertTerminalIsAsBefore(terminal);
            terminal.await("what was there before");
        }
    }

    @Test
    void controlCInterruptsAndOtherControlsAreIgnored() throws IOException {
        try (Nginx nginx = Nginx.start(folder);
                Tmux terminal = terminal(80, 24)) {
            startView(terminal, "", "-p " + nginx.worker());
            terminal.press("C-\\");
            terminal.press("C-z");
            terminal.press("t");
            terminal.await("worker (");
            terminal.press("C-c");
            terminal.await("status 130");
            assertTerminalIsAsBefore(terminal);
        }
    }

    /** While the view is stopped, the shell changes the settings of the terminal, so the view must set them again. */
    @Test
    void viewReturnsAfterStopAndContinue() throws IOException {
        try (Nginx nginx = Nginx.start(folder);
                Tmux terminal = terminal(80, 24)) {
            terminal.typeLine(Tracer.executable() + " --live -p " + nginx.worker());
            terminal.await(KEY_LINE);
            Program.signal("STOP", terminal.program());
            terminal.await("Stopped");
            terminal.typeLine("fg");
            terminal.await("the view is whole again", screen -> screen.endsWith(KEY_LINE));
            terminal.press("?");
            terminal.await("end the trace");
            terminal.press("q");
            terminal.await("events lost\nprompt>");
        }
    }

    @Test
    void endOfTheTraceEndsTheView() throws IOException {
        try (Workload workload = Workload.start("storm", "5");
                Tmux terminal = terminal(80, 24)) {
            startView(terminal, "", "--count 5 -p " + workload.pid());
            workload.go();
            terminal.await("accept4-trace: detached after 5 calls, 0 events lost\nstatus 0");
            assertTerminalIsAsBefore(terminal);
        }
    }

    @ParameterizedTest
    @CsvSource({"'', true", "NO_COLOR=1, false"})
    void colorsUnlessDisabled(String environment, boolean coloured) throws IOException {
        try (Workload workload = Workload.start("storm", "5", "ebadf");
                Tmux terminal = terminal(80, 24)) {
            startView(terminal, environment + " ", "-p " + workload.pid());
            workload.go();
            terminal.await("EBADF");
            assertEquals(coloured, COLOUR.matcher(terminal.colouredScreen()).find());
            terminal.press("q");
            assertTerminalIsAsBefore(terminal);
        }
    }

    @Test
    void onlyAsciiInTheCLocale() throws IOException {
        try (Nginx nginx = Nginx.start(folder);
                Tmux terminal = terminal(80, 24)) {
            startView(terminal, "LC_ALL=C ", "-p " + nginx.worker());
            String screen = terminal.await("vconns");
            assertFalse(screen.chars().anyMatch(c -> c > '~'), screen);
        }
    }

    @Test
    void unsuitableTerminalIsRejected() throws IOException {
        try (Workload workload = Workload.start("storm", "1");
                Tmux terminal = terminal(79, 24)) {
            String command = Tracer.executable() + " --live -p " + workload.pid() + "; echo \"status $?\"";
            terminal.typeLine("clear; " + command);
            terminal.await(
                    """
                    accept4-trace: the terminal is too small for --live: 79 columns and 24 lines
                    hint: make it 80 columns wide and 24 lines high
                    status 1""");
            terminal.typeLine("stty cols 1; clear; " + command + "; stty cols 79");
            terminal.await("accept4-trace: the terminal is too small for --live: 1 column and 24 lines\n");
            terminal.typeLine("clear; TERM=dumb " + command);
            terminal.await("unavailable with TERM=dumb");
            terminal.await("\nhint: -c --interval 1s writes tables for any terminal\nstatus 1");
        }
    }

    @Test
    void missingTerminalIsReportedWithAlternatives() {
        try (Workload workload = Workload.start("storm", "1");
                Tracer tracer = Tracer.start("--live", "-p", workload.pidText())) {
            tracer.awaitExit(1);
            assertEquals(
                    List.of(
                            "accept4-trace: --live requires a terminal on stdin and stdout",
                            "hint: -c --interval 1s writes tables without a terminal"),
                    tracer.notices());
        }
    }
}
