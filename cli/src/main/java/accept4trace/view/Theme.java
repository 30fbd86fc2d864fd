package accept4trace.view;

import accept4trace.text.Shortening;
import accept4trace.text.Text;
import org.jline.utils.AttributedStyle;

/** The appearance of text on a terminal with or without colours and non-ASCII characters. */
final class Theme {
    private static final String EIGHTHS = " \u258f\u258e\u258d\u258c\u258b\u258a\u2589\u2588";
    private static final String SPARKS = "\u2581\u2582\u2583\u2584\u2585\u2586\u2587\u2588";
    private static final String ASCII_SPARKS = "_.:-=+*#";

    private static final AttributedStyle PLAIN = AttributedStyle.DEFAULT;

    private final boolean utf8;
    private final boolean colour;

    Theme(Text.Style style) {
        this.utf8 = style.utf8();
        this.colour = style.colour();
    }

    boolean isUtf8() {
        return utf8;
    }

    AttributedStyle plain() {
        return PLAIN;
    }

    AttributedStyle title() {
        return PLAIN.bold();
    }

    AttributedStyle marked() {
        return PLAIN.inverse();
    }

    AttributedStyle listener() {
        return coloured(AttributedStyle.CYAN);
    }

    AttributedStyle peer() {
        return coloured(AttributedStyle.GREEN);
    }

    AttributedStyle error() {
        return coloured(AttributedStyle.RED);
    }

    AttributedStyle bar() {
        return coloured(AttributedStyle.BLUE);
    }

    /** Highlights a value that is not 0. */
    AttributedStyle warning(long count) {
        return count == 0 ? PLAIN : coloured(AttributedStyle.YELLOW).bold();
    }

    private AttributedStyle coloured(int colourNumber) {
        return colour ? PLAIN.foreground(colourNumber) : PLAIN;
    }

    /** Truncates the text at its end to {@code width} columns. */
    String cut(String text, int width) {
        return Shortening.end(text, width, utf8);
    }

    /** Shortens a name as other tables do; IP addresses are not shortened. See {@link Shortening#name}. */
    String name(String name, int width) {
        return Shortening.name(name, width, utf8);
    }

    /** Returns a bar. A value other than 0 is always visible. */
    String bar(long part, long whole, int width) {
        if (part <= 0 || whole <= 0) {
            return "";
        }
        double length = Math.min(1.0, (double) part / whole) * width;
        if (!utf8) {
            return "#".repeat((int) Math.ceil(length));
        }
        int eighths = Math.max(1, (int) Math.round(length * 8));
        String rest = eighths % 8 == 0 ? "" : EIGHTHS.substring(eighths % 8, eighths % 8 + 1);
        return EIGHTHS.substring(8).repeat(eighths / 8) + rest;
    }

    /** Returns the gauge of a queue: its recent length, and the maximum since the start. */
    String gauge(long recent, long high, long limit, int width) {
        String filled = bar(recent, limit, width);
        int mark = (int) Math.ceil(Math.min(1.0, (double) high / Math.max(1, limit)) * width);
        String seen = (utf8 ? "\u2591" : "=").repeat(Math.max(0, mark - filled.length()));
        String free = (utf8 ? "\u00b7" : ".").repeat(Math.max(0, width - filled.length() - seen.length()));
        return filled + seen + free;
    }

    /** Returns a graph of the last rates, the latest on the right. The highest rate reaches the top. */
    String sparkline(double[] rates, int width) {
        int shown = Math.min(width, rates.length);
        double most = 0;
        for (int i = rates.length - shown; i < rates.length; i++) {
            most = Math.max(most, rates[i]);
        }
        StringBuilder line = new StringBuilder(" ".repeat(width - shown));
        for (int i = rates.length - shown; i < rates.length; i++) {
            line.append(spark(rates[i], most));
        }
        return line.toString();
    }

    private char spark(double rate, double most) {
        String sparks = utf8 ? SPARKS : ASCII_SPARKS;
        return sparks.charAt(rate <= 0 ? 0 : (int) Math.ceil(rate / most * (sparks.length() - 1)));
    }
}
