package accept4trace.text;

/**
 * Bytes chosen by the traced side, made harmless: printable ASCII stays, in UTF-8 other printable characters too, the
 * rest becomes strace's C escapes, with octal digits as short as they can be.
 */
public final class Escaper {
    private static final String NAMED = "\t\n\u000b\f\r";
    private static final String NAMES = "tnvfr";

    private Escaper() {}

    /** A name, in double quotes. */
    public static void quoted(Text out, byte[] bytes, int from, int to) {
        out.add('"');
        escape(out, bytes, from, to, "\"\\", out.isUtf8());
        out.add('"');
    }

    /** Bytes that are no text, in double quotes. */
    public static void quotedData(Text out, byte[] bytes, int from, int to) {
        out.add('"');
        escape(out, bytes, from, to, "\"\\", false);
        out.add('"');
    }

    /** A thread's or process's name or a file's path, to stand between angle brackets. */
    public static void bracketed(Text out, byte[] name, int length) {
        escape(out, name, 0, length, "\"\\<>", out.isUtf8());
    }

    /** A value that ends at the next blank. */
    public static void word(Text out, byte[] text) {
        escape(out, text, 0, text.length, " \"\\", out.isUtf8());
    }

    /** What stands in a line by itself. */
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

    /** Three digits where an octal one follows, which would otherwise belong to the number. */
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

    /** Where a name ends that is padded with NUL bytes, as paths in a sockaddr_un may be. */
    public static int lengthOfCString(byte[] bytes, int from, int to) {
        for (int i = from; i < to; i++) {
            if (bytes[i] == 0) {
                return i;
            }
        }
        return to;
    }
}
