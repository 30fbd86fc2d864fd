package accept4trace.text;

import java.util.Arrays;

/** Number of terminal cells that a character takes, as in wcwidth(3). */
public final class CellWidth {
    private static final int ASCII = 0x80;
    /** Start of the Hangul vowels and final consonants, which combine with the preceding consonant. */
    private static final int JAMO_FIRST = 0x1160;

    private static final int JAMO_LAST = 0x11ff;

    /** Ranges of wide characters (East_Asian_Width W and F in Unicode) as pairs of first and last, ascending. */
    private static final int[] WIDE = {
        0x1100, 0x115f, 0x231a, 0x231b, 0x2329, 0x232a, 0x23e9, 0x23ec, 0x23f0, 0x23f0, 0x23f3, 0x23f3, 0x25fd, 0x25fe,
        0x2614, 0x2615, 0x2648, 0x2653, 0x267f, 0x267f, 0x2693, 0x2693, 0x26a1, 0x26a1, 0x26aa, 0x26ab, 0x26bd, 0x26be,
        0x26c4, 0x26c5, 0x26ce, 0x26ce, 0x26d4, 0x26d4, 0x26ea, 0x26ea, 0x26f2, 0x26f3, 0x26f5, 0x26f5, 0x26fa, 0x26fa,
        0x26fd, 0x26fd, 0x2705, 0x2705, 0x270a, 0x270b, 0x2728, 0x2728, 0x274c, 0x274c, 0x274e, 0x274e, 0x2753, 0x2755,
        0x2757, 0x2757, 0x2795, 0x2797, 0x27b0, 0x27b0, 0x27bf, 0x27bf, 0x2b1b, 0x2b1c, 0x2b50, 0x2b50, 0x2b55, 0x2b55,
        0x2e80, 0x303e, 0x3041, 0x3247, 0x3250, 0x4dbf, 0x4e00, 0xa4cf, 0xa960, 0xa97f, 0xac00, 0xd7a3, 0xf900, 0xfaff,
        0xfe10, 0xfe19, 0xfe30, 0xfe6f, 0xff01, 0xff60, 0xffe0, 0xffe6, 0x16fe0, 0x18d7f, 0x1b000, 0x1b2ff, 0x1f004,
        0x1f004, 0x1f0cf, 0x1f0cf, 0x1f18e, 0x1f18e, 0x1f191, 0x1f19a, 0x1f200, 0x1f320, 0x1f32d, 0x1f335, 0x1f337,
        0x1f37c, 0x1f37e, 0x1f393, 0x1f3a0, 0x1f3ca, 0x1f3cf, 0x1f3d3, 0x1f3e0, 0x1f3f0, 0x1f3f4, 0x1f3f4, 0x1f3f8,
        0x1f43e, 0x1f440, 0x1f440, 0x1f442, 0x1f4fc, 0x1f4ff, 0x1f53d, 0x1f54b, 0x1f54e, 0x1f550, 0x1f567, 0x1f57a,
        0x1f57a, 0x1f595, 0x1f596, 0x1f5a4, 0x1f5a4, 0x1f5fb, 0x1f64f, 0x1f680, 0x1f6c5, 0x1f6cc, 0x1f6cc, 0x1f6d0,
        0x1f6d2, 0x1f6d5, 0x1f6df, 0x1f6eb, 0x1f6ef, 0x1f6f4, 0x1f6ff, 0x1f7e0, 0x1f7eb, 0x1f90c, 0x1f93a, 0x1f93c,
        0x1f945, 0x1f947, 0x1f9ff, 0x1fa70, 0x1faff, 0x20000, 0x3fffd,
    };

    private CellWidth() {}

    /** Returns the width of a printable character: 0, 1 or 2 cells. */
    static int of(int codePoint) {
        if (codePoint < ASCII) {
            return 1;
        }
        int type = Character.getType(codePoint);
        boolean joins = type == Character.NON_SPACING_MARK
                || type == Character.ENCLOSING_MARK
                || type == Character.FORMAT
                || (codePoint >= JAMO_FIRST && codePoint <= JAMO_LAST);
        if (joins) {
            return 0;
        }
        int at = Arrays.binarySearch(WIDE, codePoint);
        /* A negative {@code at} encodes the insertion point, which is odd if the character is inside a range. */
        boolean inside = at >= 0 || (-at - 1) % 2 == 1;
        return inside ? 2 : 1;
    }

    /** Returns the width of printable text. */
    public static int of(String text) {
        return text.codePoints().map(CellWidth::of).sum();
    }

    /** Returns the width of {@code utf8[from, to)}, which must hold only ASCII and complete UTF-8 sequences. */
    static int of(byte[] utf8, int from, int to) {
        int cells = 0;
        for (int i = from; i < to; ) {
            int length = utf8[i] >= 0 ? 1 : Utf8.length(utf8[i]);
            cells += length <= 1 ? 1 : of(Utf8.decode(utf8, i, length));
            i += Math.max(1, length);
        }
        return cells;
    }
}
