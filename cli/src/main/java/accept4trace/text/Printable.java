package accept4trace.text;

import java.nio.charset.StandardCharsets;

/**
 * Text from outside on its way to the terminal in a message of ours.
 *
 * <p>The launcher makes each byte of an argument a character, so that all of them reach the kernel or the shell again
 * as they were, whatever the locale. Such a string is no readable text; {@link #argument} makes it one.
 */
public final class Printable {
    private Printable() {}

    /** Control and non-ASCII characters become '?', so that a message stays one harmless line. */
    public static String ascii(String text) {
        StringBuilder safe = new StringBuilder(text.length());
        text.codePoints().forEach(c -> safe.append(c >= ' ' && c <= '~' ? (char) c : '?'));
        return safe.toString();
    }

    /** The same for an argument, whose characters stand for bytes: in a UTF-8 locale it is read as UTF-8. */
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
