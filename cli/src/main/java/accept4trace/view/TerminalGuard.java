package accept4trace.view;

import java.io.IOException;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;

/**
 * A process that restores the terminal if this process is killed or crashes. The guard reads a pipe. A first line says
 * that the terminal is in use, a second line that it has been restored. If the pipe is closed between the two lines,
 * the guard restores the terminal.
 */
final class TerminalGuard implements AutoCloseable {
    /**
     * Runs in a session of its own, so that keys send it no signals. The escape sequences leave the alternate screen,
     * show the cursor and reset colours.
     */
    private static final String[] COMMAND = {
        "/usr/bin/setsid",
        "/bin/sh",
        "-c",
        "exec 3<&1 && saved=$(stty -g <&3) && echo >&2 && read -r used && ! read -r restored"
                + " && printf '\\033[?1049l\\033[?25h\\033[m' && stty \"$saved\" <&3"
    };

    private final Process process;

    private TerminalGuard(Process process) {
        this.process = process;
    }

    /**
     * Starts a guard, and returns once it has saved the terminal's state. Returns null if it cannot be started, e.g.
     * without a shell. Must be called before this process gives up its privileges, because it cannot start a guard
     * afterwards.
     */
    static @Nullable TerminalGuard start() {
        try {
            Process process = new ProcessBuilder(COMMAND)
                    .redirectOutput(ProcessBuilder.Redirect.INHERIT)
                    .start();
            process.getErrorStream().read();
            return new TerminalGuard(process);
        } catch (IOException e) {
            return null;
        }
    }

    /** Reports that the terminal is in use, and must be restored. */
    void begin() {
        try {
            OutputStream line = process.getOutputStream();
            line.write('\n');
            line.flush();
        } catch (IOException e) {
            // The guard was killed.
        }
    }

    /** Reports that the terminal has been restored. */
    @Override
    public void close() {
        try (OutputStream line = process.getOutputStream()) {
            line.write('\n');
        } catch (IOException e) {
            // The guard was killed.
        }
    }
}
