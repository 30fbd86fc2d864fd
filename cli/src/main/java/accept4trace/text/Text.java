package accept4trace.text;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A growing buffer of output bytes, reused for each batch. {@link #add(String)} takes only ASCII. Anything from the
 * traced side must be appended by {@link Escaper}, and messages of a recording by {@link #utf8}.
 */
public final class Text {
    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
    private static final int LONGEST_DECIMAL = 20;
    /**
     * A buffer that holds this many bytes is long: when it is full, it is drained instead of enlarged, see {@link
     * #whenLong}. Batches of lines are shorter. A JSON summary of tens of thousands of peers is longer.
     */
    private static final int LONG = 1 << 20;

    private static final String PLAIN = "\u001b[0m";

    private final Style style;
    private byte[] bytes = new byte[1024];
    private int length;
    /** {@code cells} is the width of the current line up to this index. */
    private int measured;

    private int cells;
    private int painted;
    /** Drains a long buffer so that it need not grow; null if it may grow. */
    private @Nullable Runnable taker;

    /**
     * Capabilities of the terminal or file that receives the output.
     *
     * @param utf8 UTF-8 is shown correctly
     * @param colour escape sequences set colours
     */
    public record Style(boolean utf8, boolean colour) {
        public static final Style PLAIN_ASCII = new Style(false, false);
    }

    public Text() {
        this(Style.PLAIN_ASCII);
    }

    public Text(Style style) {
        this.style = style;
    }

    public Style style() {
        return style;
    }

    public boolean isUtf8() {
        return style.utf8;
    }

    /** Starts a colour, if colours are on. */
    public Text paint(Paint paint) {
        return escape(paint.start());
    }

    public Text unpaint() {
        return escape(PLAIN);
    }

    private Text escape(String sequence) {
        if (style.colour) {
            painted += sequence.length();
            add(sequence);
        }
        return this;
    }

    /** Appends ASCII. Replaces other characters by '?', because the low byte of such a character can be an ESC. */
    public Text add(String ascii) {
        int count = ascii.length();
        reserve(count);
        for (int i = 0; i < count; i++) {
            bytes[length + i] = toByte(ascii.charAt(i));
        }
        length += count;
        return this;
    }

    /** Appends one ASCII character. Only a '\n' passed to this method starts a new line for {@link #column}. */
    public Text add(char ascii) {
        reserve(1);
        bytes[length++] = toByte(ascii);
        if (ascii == '\n') {
            beginLine();
        }
        return this;
    }

    private static byte toByte(char ascii) {
        return (byte) (ascii < 0x80 ? ascii : '?');
    }

    /** Appends {@code count} spaces; none if it is negative. */
    public Text spaces(int count) {
        for (int i = 0; i < count; i++) {
            add(' ');
        }
        return this;
    }

    /** Returns the width of the current line in terminal cells. Each call measures only the bytes that are new. */
    public int column() {
        cells += CellWidth.of(bytes, measured, length);
        measured = length;
        return cells - painted;
    }

    /** Appends text that is safe to print. Replaces non-ASCII characters by '?' unless {@link #isUtf8}. */
    public Text utf8(String harmless) {
        if (!style.utf8) {
            return add(harmless);
        }
        byte[] encoded = harmless.getBytes(StandardCharsets.UTF_8);
        return add(encoded, 0, encoded.length);
    }

    /** Appends {@code harmless[from, to)}: bytes that are safe to print. */
    public Text add(byte[] harmless, int from, int to) {
        reserve(to - from);
        System.arraycopy(harmless, from, bytes, length, to - from);
        length += to - from;
        return this;
    }

    /** Appends {@code other[from, to)}, in bytes. */
    public Text add(Text other, int from, int to) {
        return add(other.bytes, from, to);
    }

    /** Returns the bytes {@code [from, to)}, which must be complete characters. */
    public String part(int from, int to) {
        return new String(bytes, from, to - from, StandardCharsets.UTF_8);
    }

    /** Appends a decimal number. */
    public Text add(long number) {
        if (number < 0) {
            if (number == Long.MIN_VALUE) {
                return add(Long.toString(number));
            }
            add('-');
            number = -number;
        }
        return padded(number, 1);
    }

    /** Appends a non-negative decimal number with leading zeros, at least {@code digits} digits. */
    public Text padded(long number, int digits) {
        reserve(LONGEST_DECIMAL);
        int count = Math.max(digits, decimals(number));
        for (int i = length + count - 1; i >= length; i--) {
            bytes[i] = (byte) ('0' + number % 10);
            number /= 10;
        }
        length += count;
        return this;
    }

    private static int decimals(long number) {
        int count = 1;
        while (number >= 10) {
            number /= 10;
            count++;
        }
        return count;
    }

    /** Appends "0x" and the number in lower-case hexadecimal, unsigned and without leading zeros. */
    public Text hex(long number) {
        add("0x");
        int digits = Math.max(1, (67 - Long.numberOfLeadingZeros(number)) / 4);
        reserve(digits);
        for (int shift = 4 * (digits - 1); shift >= 0; shift -= 4) {
            bytes[length++] = HEX[(int) (number >>> shift) & 0xf];
        }
        return this;
    }

    /** Appends nanoseconds as seconds with six decimals; negative values as zero. */
    public Text seconds(long nanos) {
        long micros = Math.max(0, nanos) / 1000;
        return padded(micros / 1_000_000, 1).add('.').padded(micros % 1_000_000, 6);
    }

    public int length() {
        return length;
    }

    public void clear() {
        length = 0;
        beginLine();
    }

    private void beginLine() {
        measured = length;
        cells = 0;
        painted = 0;
    }

    /**
     * Sets an action that drains the buffer when it is full and holds at least 1 MiB.
     *
     * @param taker writes the bytes and calls {@link #cut}; may run in the middle of a line
     */
    public void whenLong(Runnable taker) {
        this.taker = taker;
    }

    /** Empties the buffer without ending the current line: {@link #column} keeps counting. */
    public void cut() {
        column();
        length = 0;
        measured = 0;
    }

    public void writeTo(OutputStream out) throws IOException {
        out.write(bytes, 0, length);
    }

    @Override
    public String toString() {
        return new String(bytes, 0, length, StandardCharsets.UTF_8);
    }

    private void reserve(int count) {
        if (bytes.length - length < count && length >= LONG && taker != null) {
            taker.run();
        }
        if (bytes.length - length < count) {
            bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, length + count));
        }
    }
}
