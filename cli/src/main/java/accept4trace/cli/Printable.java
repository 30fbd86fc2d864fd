package accept4trace.cli;

/** Text from outside on its way to the terminal in a message of ours. */
public final class Printable {
    private Printable() {}

    /** Control and non-ASCII characters become '?', so that a message stays one harmless line. */
    public static String ascii(String text) {
        StringBuilder safe = new StringBuilder(text.length());
        text.codePoints().forEach(c -> safe.append(c >= ' ' && c <= '~' ? (char) c : '?'));
        return safe.toString();
    }
}
