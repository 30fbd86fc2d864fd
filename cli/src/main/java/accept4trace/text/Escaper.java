package accept4trace.text;

/**
 * Escapes bytes that the traced side has chosen. Printable ASCII is unchanged. So are other printable characters if the
 * output is UTF-8. All other bytes become C escapes as in strace, with as few octal digits as possible.
 */
public final class Escaper {
    private static final String NAMED = "\t\n\u000b\f\r";
    private static final String NAMES = "tnvfr";

    private Escaper() {}

    /** Appends a name in double quotes. */
    public static void quoted(Text out, byte[] bytes, int from, int to) {
        out.add('"');
        escape(out, bytes, from, to, "\"\\", out.isUtf8());
        out.add('"');
    }

    /** Appends binary data in double quotes. It is never decoded as UTF-8. */
    public static void quotedData(Text out, byte[] bytes, int from, int to) {
        out.add('"');
        escape(out, bytes, from, to, "\"\\", false);
        out.add('"');
    }

    /** Appends the name of a thread or process, or a path, for use inside angle brackets. */
    public static void bracketed(Text out, byte[] name, int length) {
        escape(out, name, 0, length, "\"\\<>", out.isUtf8());
    }

    /** Appends a value. Spaces in it are escaped, because a space ends the value. */
    public static void word(Text out, byte[] text) {
        escape(out, text, 0, text.length, " \"\\", out.isUtf8());
    }

    /** Appends text in which spaces and angle brackets are not escaped. */
    public static void line(Text out, byte[] text) {
        escape(out, text, 0, text.length, "\"\\", out.isUtf8());
    }

    private static void escape(Text out, byte[] bytes, int from, int to, String special, boolean utf8) {
        for (int i = from; i < to; i++) {
            char c = (char) (bytes[i] & 0xff);
            int named = NAMED.indexOf(c);
            int wide = c > '~' && utf8 ? Utf8.printable(bytes, i, to) : 0;
            if (wide > 0) {
                out.add(bytes, i, i + wide);
                i += wide - 1;
            } else if (named >= 0) {
                out.add('\\').add(NAMES.charAt(named));
            } else if (c == '"' || c == '\\') {
                out.add('\\').add(c);
            } else if (c < ' ' || c > '~' || special.indexOf(c) >= 0) {
                octal(out.add('\\'), c, i + 1 < to && isOctalDigit(bytes[i + 1]));
            } else {
                out.add(c);
            }
        }
    }

    /** Uses three digits before an octal digit, which would otherwise become part of the number. */
    private static void octal(Text out, int c, boolean digitFollows) {
        if (digitFollows || c >= 0100) {
            out.add((char) ('0' + (c >> 6)));
        }
        if (digitFollows || c >= 010) {
            out.add((char) ('0' + (c >> 3 & 7)));
        }
        out.add((char) ('0' + (c & 7)));
    }

    private static boolean isOctalDigit(byte b) {
        return b >= '0' && b <= '7';
    }

    /** Returns the index of the first NUL byte in {@code bytes[from, to)}, or {@code to} if there is none. */
    public static int lengthOfCString(byte[] bytes, int from, int to) {
        for (int i = from; i < to; i++) {
            if (bytes[i] == 0) {
                return i;
            }
        }
        return to;
    }
}
