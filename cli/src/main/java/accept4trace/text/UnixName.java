package accept4trace.text;

/** Formats AF_UNIX names: a quoted path, or '@' and the quoted abstract name. */
public final class UnixName {
    private UnixName() {}

    /** Appends {@code bytes[from, to)}, which may be empty. A NUL byte ends a path, but not an abstract name. */
    public static void append(Text out, byte[] bytes, int from, int to) {
        if (from < to && bytes[from] == 0) {
            out.add('@');
            Escaper.quoted(out, bytes, from + 1, to);
        } else {
            Escaper.quoted(out, bytes, from, Escaper.lengthOfCString(bytes, from, to));
        }
    }
}
