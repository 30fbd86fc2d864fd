package accept4trace.capture.jna;

import accept4trace.capture.CaptureException;
import accept4trace.capture.NameLookup;
import accept4trace.capture.NativeLayout;
import accept4trace.text.Errno;
import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import org.jspecify.annotations.Nullable;

/** Looks up host names with a helper that liba4t starts. */
final class NameReader implements NameLookup {
    private final NativeTracer library;
    private final Pointer names;
    private final Memory name = new Memory(NativeLayout.HOST_NAME_BYTES);

    private NameReader(NativeTracer library, Pointer names) {
        this.library = library;
        this.names = names;
    }

    static NameReader open(NativeTracer library) throws CaptureException {
        return new NameReader(library, library.openNames());
    }

    @Override
    public @Nullable String nameOf(byte[] address) throws CaptureException {
        int length = library.findName(names, address, name);
        if (length == -Errno.EPIPE) {
            throw new CaptureException("look up host names", Errno.EPIPE, "");
        }
        return length <= 0 ? null : name.getString(0, "ISO-8859-1");
    }

    @Override
    public void close() {
        library.endNames(names);
    }
}
