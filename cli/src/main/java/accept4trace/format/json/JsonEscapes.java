package accept4trace.format.json;

import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.io.CharacterEscapes;
import org.jspecify.annotations.Nullable;

/** The standard escapes of JSON, and one for DEL, which is legal in JSON but controls terminals. */
final class JsonEscapes extends CharacterEscapes {
    private static final long serialVersionUID = 1;
    private static final int DEL = 0x7f;
    private static final int[] CODES = standardAsciiEscapesForJSON();

    static {
        CODES[DEL] = ESCAPE_STANDARD;
    }

    @Override
    public int[] getEscapeCodesForAscii() {
        return CODES;
    }

    /** Returns null, because there are no custom sequences. */
    @Override
    public @Nullable SerializableString getEscapeSequence(int character) {
        return null;
    }
}
