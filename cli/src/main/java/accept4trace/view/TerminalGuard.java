package accept4trace.view;

import java.io.IOException;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;

/**
 * Another process, which restores the terminal if this one is killed or crashes. It reads a pipe: a first line once the
 * terminal is in use, a second one once it has been restored. If the pipe ends between the two, it restores the
 * terminal.
 */
final class TerminalGuard implements AutoCloseable {
    /** In a session of its own, where keys send it no signals. It writes: no alternate screen, a cursor, no colours. */
    private static final String[] COMMAND = {
        "/usr/bin/setsid",
        "/bin/sh",
        "-c",
        "exec 3<&1 && saved=$(stty -g <&3) && echo >&2 && read -r used && ! read -r restored"
                + " && stty \"$saved\" <&3 && printf '\\033[?1049l\\033[?25h\\033[m'"
    };

    private final Process process;

    private TerminalGuard(Process process) {
        this.process = process;
    }

    /**
     * Returns once the guard has saved the terminal's state; null if it cannot be started, e.g. without a shell. A
     * confined process cannot start one.
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
            // Somebody has killed the guard.
        }
    }
}
