package accept4trace.live;

import static org.junit.jupiter.api.Assertions.assertFalse;

import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Tests lines on a terminal whose user presses ^Z, ^S or ^C. */
@Tag("any-kernel")
@ExtendWith(Privilege.class)
class TerminalIT {
    private static final int CALLS = 3000;

    @TempDir
    private Path folder;

    @Test
    void controlZStopsAndForegroundContinues() {
        try (Workload workload = Workload.start("storm", "3", "mixed");
                Tmux terminal = Tmux.start(folder, 120, 30)) {
            trace(terminal, workload);
            terminal.press("C-z");
            terminal.await("Stopped");
            burst(workload, 3);
            terminal.typeLine("fg");
            workload.finish();
            terminal.await("detached after 3 calls, 0 events lost");
        }
    }

    @Test
    void controlSPausesAndControlQResumes() {
        try (Workload workload = Workload.start("storm", Integer.toString(CALLS), "mixed");
                Tmux terminal = Tmux.start(folder, 120, 30)) {
            trace(terminal, workload);
            terminal.press("C-s");
            burst(workload, CALLS);
            assertFalse(terminal.screen().contains("EBADF"));
            terminal.press("C-q");
            workload.finish();
            terminal.await("detached after " + CALLS + " calls, 0 events lost");
        }
    }

    @Test
    void controlCEndsAPausedTrace() {
        try (Workload workload = Workload.start("storm", Integer.toString(CALLS), "mixed");
                Tmux terminal = Tmux.start(folder, 120, 30)) {
            trace(terminal, workload);
            terminal.press("C-s");
            burst(workload, CALLS);
            terminal.press("C-c");
            terminal.await("detached after ");
            terminal.typeLine("echo status $?");
            terminal.await("status 130");
        }
    }

    private static void trace(Tmux terminal, Workload workload) {
        terminal.typeLine(Tracer.executable() + " --no-fold -p " + workload.pid());
        terminal.await("^C ends");
    }

    private static void burst(Workload workload, int calls) {
        workload.go();
        workload.awaitLine(Integer.toString(calls));
    }
}
