package accept4trace.text;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class PrintableTest {
    /** Each character of an argument represents one byte, so the argument must be decoded before it is shown. */
    @Test
    void argumentsAreDecodedInTheUsersCharset() {
        String zoe = new String("a\u001bZo\u00eb".getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
        assertEquals("a?Zo\u00eb", Printable.argument(zoe, true));
        assertEquals("a?Zo??", Printable.argument(zoe, false));
        assertEquals("x?", Printable.argument("x\u00ff", true));
        assertEquals("???", Printable.argument("\u202e\u0000\u007f", true));
    }
}
