package accept4trace.capture.jna;

import accept4trace.capture.CaptureException;
import accept4trace.capture.NativeLayout;
import com.sun.jna.NativeLibrary;

/** Refuses a native library that was built with other layouts of the shared structs than these classes. */
final class Handshake {
    private static final String HASH = "a4t_layout_hash";

    private Handshake() {}

    /** Returns the library, of which nothing else may be called before. */
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
                            "%s is of another build (layout %016x, expected %016x)", pathOf(library), found, expected));
        }
        return library;
    }

    /** Returns its bare name if the dynamic linker found it in a default folder. */
    private static String pathOf(NativeLibrary library) {
        return library.getFile() == null ? library.getName() : library.getFile().getPath();
    }

    /** Returns 0 if the library does not know the function, as those before it was introduced. */
    private static long layoutHash(NativeLibrary library) {
        try {
            return library.getFunction(HASH).invokeLong(new Object[0]);
        } catch (UnsatisfiedLinkError e) {
            return 0;
        }
    }
}
