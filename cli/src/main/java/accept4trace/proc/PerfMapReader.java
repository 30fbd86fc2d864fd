package accept4trace.proc;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds the lines of a perf map that cover wanted addresses. A line is "START SIZE name", with hexadecimal numbers. If
 * several lines cover an address, the last one is current. The file is untrusted: a line can be malformed, have any
 * length, or never end.
 */
final class PerfMapReader {
    private static final int LONGEST_NAME = 512;
    private static final int END = -1;

    private final InputStream in;
    private final List<Long> wanted;
    private List<Long> matches = List.of();
    private int last;

    /**
     * A function.
     *
     * @param start address of its first byte
     * @param name raw bytes, truncated to 512
     */
    record Symbol(long start, byte[] name) {}

    PerfMapReader(InputStream in, List<Long> wanted) {
        this.in = in;
        this.wanted = wanted;
    }

    /** Advances to the next line that covers a wanted address. Returns null at the end of the file. */
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

    /** Returns the wanted addresses that the current line covers. */
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

    /** Reads a hexadecimal number and the byte after it. Skips the prefix 0x, which Java writes. */
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
