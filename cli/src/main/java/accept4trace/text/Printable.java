package accept4trace.text;

import java.nio.charset.StandardCharsets;

/**
 * Makes untrusted text safe to print in a message on the terminal.
 *
 * <p>The launcher converts each byte of an argument to one character, so that arguments reach the kernel or the shell
 * unchanged in any locale. {@link #argument} converts such a string to readable text.
 */
public final class Printable {
    private Printable() {}

    /** Replaces control and non-ASCII characters by '?', so that a message stays on one line. */
    public static String ascii(String text) {
        StringBuilder safe = new StringBuilder(text.length());
        text.codePoints().forEach(c -> safe.append(c >= ' ' && c <= '~' ? (char) c : '?'));
        return safe.toString();
    }

    /**
     * Returns a command-line argument as printable text. Keeps printable UTF-8 characters in a UTF-8 locale. Replaces
     * control characters and all other non-ASCII bytes by '?'.
     *
     * @param bytes one character per byte
     */
    public static String argument(String bytes) {
        return argument(bytes, UserLocale.isUtf8(System.getenv()));
    }

    static String argument(String argument, boolean utf8) {
        byte[] bytes = argument.getBytes(StandardCharsets.ISO_8859_1);
        StringBuilder safe = new StringBuilder(bytes.length);
        for (int at = 0; at < bytes.length; ) {
            int wide = utf8 && bytes[at] < 0 ? Utf8.printable(bytes, at, bytes.length) : 0;
            if (wide > 0) {
                safe.append(new String(bytes, at, wide, StandardCharsets.UTF_8));
            } else {
                safe.append(bytes[at] >= ' ' && bytes[at] <= '~' ? (char) bytes[at] : '?');
            }
            at += Math.max(1, wide);
        }
        return safe.toString();
    }
}
