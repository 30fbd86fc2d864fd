package accept4trace.text;

import java.util.List;
import java.util.stream.IntStream;

/** A set of bits as strace prints it: names joined by '|', then the unnamed bits as a number. */
public final class Flags {
    private final String unknown;
    private final int[] bits;
    private final String[] names;

    /**
     * @param unknown the comment after a value without any named bit, e.g. "SOCK_???"
     * @param bits the named bits
     * @param names the name of each element of {@code bits}
     */
    public Flags(String unknown, int[] bits, String... names) {
        this.unknown = unknown;
        this.bits = bits;
        this.names = names;
    }

    /** Returns the names of the bits that are set; unnamed bits are skipped. */
    public List<String> names(int flags) {
        return IntStream.range(0, bits.length)
                .filter(i -> (flags & bits[i]) != 0)
                .mapToObj(i -> names[i])
                .toList();
    }

    public void append(Text out, int flags) {
        int rest = flags;
        boolean named = false;
        for (int i = 0; i < bits.length; i++) {
            if ((flags & bits[i]) != 0) {
                out.add(named ? "|" : "").add(names[i]);
                rest &= ~bits[i];
                named = true;
            }
        }
        if (named && rest != 0) {
            out.add('|').hex(Integer.toUnsignedLong(rest));
        } else if (!named && rest != 0) {
            out.hex(Integer.toUnsignedLong(rest)).add(" /* ").add(unknown).add(" */");
        } else if (!named) {
            out.add('0');
        }
    }
}
