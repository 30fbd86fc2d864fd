package accept4trace.output;

import java.io.OutputStream;

/** Counts the written bytes, even if a write fails halfway. */
public abstract class CountingStream extends OutputStream {
    /** Returns the number of bytes written so far. */
    public abstract long written();
}
