package accept4trace.view;

import java.io.IOException;
import java.io.OutputStream;

/**
 * Another process that gives the terminal back when this one cannot any more, because it was killed or has crashed: the
 * pipe to it then ends without a line.
 */
final class TerminalGuard implements AutoCloseable {
    /** Out of the way of signals from the keyboard. What it writes: no alternate screen, a cursor, no colours. */
    private static final String[] COMMAND = {
        "/usr/bin/setsid",
        "/bin/sh",
        "-c",
        "exec 3<&1 && saved=$(stty -g <&3) && echo >&2 && ! read -r line"
                + " && stty \"$saved\" <&3 && printf '\\033[?1049l\\033[?25h\\033[m'"
    };

    private final Process process;

    private TerminalGuard(Process process) {
        this.process = process;
    }

    /** Returns when it knows the terminal's state; null when there can be none, as without a shell. */
    static TerminalGuard start() {
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

    /** There is nothing to give back any more. */
    @Override
    public void close() {
        try (OutputStream line = process.getOutputStream()) {
            line.write('\n');
        } catch (IOException e) {
            // It has gone before us.
        }
    }
}
