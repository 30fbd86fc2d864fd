package accept4trace.format.json;

import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.io.CharacterEscapes;
import org.jspecify.annotations.Nullable;

/** JSON's own, and ASCII's last character, DEL, which terminals obey and JSON allows. */
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

    /** None is of our own. */
    @Override
    public @Nullable SerializableString getEscapeSequence(int character) {
        return null;
    }
}
