package accept4trace.proc;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Lines "START SIZE name", numbers in hexadecimal: those that cover a wanted address. Of code at the same place the last
 * line is about the one that runs. Lines may be of any length, or none at all.
 */
final class PerfMapReader {
    private static final int LONGEST_NAME = 512;
    private static final int END = -1;

    private final InputStream in;
    private final List<Long> wanted;
    private List<Long> matches = List.of();
    private int last;

    /** A function's first byte and its name. */
    record Symbol(long start, byte[] name) {}

    PerfMapReader(InputStream in, List<Long> wanted) {
        this.in = in;
        this.wanted = wanted;
    }

    /** Returns the function of the next line that covers an address, or null if there is none. */
    @Nullable
    Symbol next() throws IOException {
        while (last != END) {
            last = 0;
            long start = number();
            long size = last == ' ' ? number() : 0;
            matches = last == ' ' ? covered(start, size) : List.of();
            Symbol symbol = matches.isEmpty() ? null : new Symbol(start, name());
            skipLine();
            if (symbol != null) {
                return symbol;
            }
        }
        return null;
    }

    /** Returns the addresses that the line covers. */
    List<Long> matches() {
        return matches;
    }

    private List<Long> covered(long start, long size) {
        return wanted.stream()
                .filter(address -> address - start >= 0 && address - start < size)
                .toList();
    }

    private int read() throws IOException {
        last = in.read();
        return last;
    }

    /** Ends behind the first byte that is no digit. Java writes 0x before it. */
    private long number() throws IOException {
        long number = 0;
        while (true) {
            int digit = Character.digit(read(), 16);
            if (digit < 0 && !(last == 'x' && number == 0)) {
                return number;
            }
            number = digit < 0 ? 0 : number << 4 | digit;
        }
    }

    private byte[] name() throws IOException {
        ByteArrayOutputStream name = new ByteArrayOutputStream();
        while (read() != '\n' && last != END && name.size() < LONGEST_NAME) {
            name.write(last);
        }
        return name.toByteArray();
    }

    private void skipLine() throws IOException {
        while (last != '\n' && last != END) {
            read();
        }
    }
}
