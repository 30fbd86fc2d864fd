package accept4trace.capture;

import org.jspecify.annotations.Nullable;

/** Looks up host names with the help of an unprivileged process. */
public interface NameLookup extends AutoCloseable {
    /**
     * Returns the name of an IP address, or null if there is none. The name resolves back to the address, but is not
     * checked in any other way. Asks name servers, which can take more than a minute. Only one thread at a time may
     * call this.
     *
     * @param address 4 or 16 bytes
     * @throws CaptureException if the process has ended, so that no name can be looked up any more
     */
    @Nullable
    String nameOf(byte[] address) throws CaptureException;

    /** Ends the process within about a second. Can be called by any thread. A lookup in progress fails. */
    @Override
    void close();
}
