package accept4trace.action;

import accept4trace.outcome.ExitStatus;
import accept4trace.outcome.Outcome;
import accept4trace.outcome.UserError;
import accept4trace.text.SignalNames;
import java.io.BufferedOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Prints text other than a trace to stdout, e.g. for --help. Keeps the reason if a write fails. */
public final class Printing {
    /** The message of the IOException for EPIPE. The exception does not contain the errno. */
    private static final String BROKEN_PIPE = "Broken pipe";

    private final KeepingFailure written;
    private final PrintStream lines;

    private static final class KeepingFailure extends FilterOutputStream {
        private @Nullable IOException first;

        KeepingFailure(OutputStream out) {
            super(out);
        }

        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
            try {
                out.write(bytes, from, length);
            } catch (IOException e) {
                first = first == null ? e : first;
                throw e;
            }
        }
    }

    public Printing(OutputStream stdout) {
        written = new KeepingFailure(stdout);
        lines = new PrintStream(new BufferedOutputStream(written), false, StandardCharsets.UTF_8);
    }

    public PrintStream lines() {
        return lines;
    }

    /** Flushes the text. Returns {@code outcome} if all of the text has been written. */
    public Outcome finish(Outcome outcome) throws UserError {
        lines.flush();
        if (written.first == null) {
            return outcome;
        }
        String why = String.valueOf(written.first.getMessage());
        if (why.equals(BROKEN_PIPE)) {
            return Outcome.signal(SignalNames.SIGPIPE);
        }
        throw new UserError(ExitStatus.FAILURE, "cannot write to stdout: " + why, "check the free space");
    }
}
