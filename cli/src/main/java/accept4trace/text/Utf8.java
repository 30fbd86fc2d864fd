package accept4trace.text;

/** Finds printable characters in UTF-8. */
public final class Utf8 {
    private static final int[] MIN_CODE_POINT = {0, 0, 0x80, 0x800, 0x10000};
    private static final int PRINTABLE = 1 << Character.UPPERCASE_LETTER
            | 1 << Character.LOWERCASE_LETTER
            | 1 << Character.TITLECASE_LETTER
            | 1 << Character.MODIFIER_LETTER
            | 1 << Character.OTHER_LETTER
            | 1 << Character.NON_SPACING_MARK
            | 1 << Character.COMBINING_SPACING_MARK
            | 1 << Character.DECIMAL_DIGIT_NUMBER
            | 1 << Character.LETTER_NUMBER
            | 1 << Character.OTHER_NUMBER
            | 1 << Character.CONNECTOR_PUNCTUATION
            | 1 << Character.DASH_PUNCTUATION
            | 1 << Character.START_PUNCTUATION
            | 1 << Character.END_PUNCTUATION
            | 1 << Character.INITIAL_QUOTE_PUNCTUATION
            | 1 << Character.FINAL_QUOTE_PUNCTUATION
            | 1 << Character.OTHER_PUNCTUATION
            | 1 << Character.MATH_SYMBOL
            | 1 << Character.CURRENCY_SYMBOL
            | 1 << Character.MODIFIER_SYMBOL
            | 1 << Character.OTHER_SYMBOL;

    private Utf8() {}

    /**
     * Returns the length of the printable non-ASCII character at {@code bytes[from]}, in bytes; 0 if there is none.
     *
     * @param to the end of the bytes, exclusive
     */
    public static int printable(byte[] bytes, int from, int to) {
        int length = length(bytes[from]);
        if (length == 0 || length > to - from) {
            return 0;
        }
        for (int i = from + 1; i < from + length; i++) {
            if ((bytes[i] & 0xc0) != 0x80) {
                return 0;
            }
        }
        int c = decode(bytes, from, length);
        return c >= MIN_CODE_POINT[length] && isPrintable(c) ? length : 0;
    }

    /** Decodes a character of two to four bytes, without validation. */
    static int decode(byte[] bytes, int from, int length) {
        int c = bytes[from] & 0xff >> (length + 1);
        for (int i = from + 1; i < from + length; i++) {
            c = c << 6 | (bytes[i] & 0x3f);
        }
        return c;
    }

    /** Returns the length of a sequence of two to four bytes by its first byte; 0 for any other byte. */
    static int length(byte first) {
        int ones = Integer.numberOfLeadingZeros(~(first << 24));
        return ones >= 2 && ones <= 4 ? ones : 0;
    }

    /** Excludes right-to-left characters, because some terminals reorder a whole line that contains one. */
    private static boolean isPrintable(int c) {
        if (c > Character.MAX_CODE_POINT || (PRINTABLE >>> Character.getType(c) & 1) == 0) {
            return false;
        }
        return switch (Character.getDirectionality(c)) {
            case Character.DIRECTIONALITY_RIGHT_TO_LEFT,
                    Character.DIRECTIONALITY_RIGHT_TO_LEFT_ARABIC,
                    Character.DIRECTIONALITY_ARABIC_NUMBER -> false;
            default -> true;
        };
    }
}
