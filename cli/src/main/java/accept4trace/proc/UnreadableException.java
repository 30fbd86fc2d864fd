package accept4trace.proc;

import java.io.IOException;
import java.nio.file.Path;

/** Thrown if a file of an existing process is unreadable. */
public final class UnreadableException extends IOException {
    private static final long serialVersionUID = 1;

    private final String message;

    UnreadableException(Path file, IOException cause) {
        super(cause);
        this.message = "cannot read " + file;
    }

    @Override
    public String getMessage() {
        return message;
    }
}
