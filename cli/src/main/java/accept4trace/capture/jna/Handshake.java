package accept4trace.capture.jna;

import accept4trace.capture.CaptureException;
import accept4trace.capture.NativeLayout;
import com.sun.jna.NativeLibrary;

/** Rejects a native library whose layout of the shared structs differs from that of the Java classes. */
final class Handshake {
    private static final String HASH = "a4t_layout_hash";

    private Handshake() {}

    /** Returns the library if its layout is the expected one. Call this before any function of the library. */
    static NativeLibrary require(NativeLibrary library) throws CaptureException {
        return require(library, NativeLayout.HASH);
    }

    static NativeLibrary require(NativeLibrary library, long expected) throws CaptureException {
        long found = layoutHash(library);
        if (found != expected) {
            throw new CaptureException(
                    "use the native library",
                    0,
                    String.format(
                            "%s is from another build (layout %016x, expected %016x)",
                            pathOf(library), found, expected));
        }
        return library;
    }

    /** Returns the path of the library, or only its name if the dynamic linker found it in a default directory. */
    private static String pathOf(NativeLibrary library) {
        return library.getFile() == null ? library.getName() : library.getFile().getPath();
    }

    /** Returns the layout hash of the library, or 0 if the library is too old to have one. */
    private static long layoutHash(NativeLibrary library) {
        try {
            return library.getFunction(HASH).invokeLong(new Object[0]);
        } catch (UnsatisfiedLinkError e) {
            return 0;
        }
    }
}
