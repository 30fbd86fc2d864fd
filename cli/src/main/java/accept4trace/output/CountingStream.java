package accept4trace.output;

import java.io.OutputStream;

/** Knows how much of what it was given has been written, also when a write has failed half-way. */
public abstract class CountingStream extends OutputStream {
    /** Bytes, since it was made. */
    public abstract long written();
}
