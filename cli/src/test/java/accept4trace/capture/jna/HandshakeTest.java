package accept4trace.capture.jna;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import accept4trace.capture.CaptureException;
import accept4trace.capture.NativeLayout;
import com.sun.jna.NativeLibrary;
import org.junit.jupiter.api.Test;

class HandshakeTest {
    private static String refusal(NativeLibrary library, long expected) {
        CaptureException e = assertThrows(CaptureException.class, () -> Handshake.require(library, expected));
        assertEquals("use the native library", e.stage());
        assertEquals(0, e.errno());
        return e.detail();
    }

    @Test
    void acceptsTheLibraryOfThisBuild() throws CaptureException {
        NativeLibrary library = NativeLibrary.getInstance("a4t");
        assertSame(library, Handshake.require(library));
    }

    @Test
    void rejectsAnotherLayoutAndNamesTheFile() {
        NativeLibrary library = NativeLibrary.getInstance("a4t");
        assertEquals(
                String.format(
                        "%s is from another build (layout %016x, expected 00000000deadbeef)",
                        library.getFile().getPath(), NativeLayout.HASH),
                refusal(library, 0xdeadbeefL));
    }

    @Test
    void rejectsALibraryWithoutTheHandshake() {
        String refusal = refusal(NativeLibrary.getInstance("libm.so.6"), NativeLayout.HASH);
        assertTrue(
                refusal.endsWith(String.format(
                        " is from another build (layout 0000000000000000, expected %016x)", NativeLayout.HASH)),
                refusal);
    }
}
