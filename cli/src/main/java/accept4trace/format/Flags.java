package accept4trace.format;

/** A set of bits as strace prints it: names joined by '|', what has none as a number. */
final class Flags {
    private final String unknown;
    private final int[] bits;
    private final String[] names;

    /** {@code unknown}: the comment after a number without any named bit, as "SOCK_???". */
    Flags(String unknown, int[] bits, String... names) {
        this.unknown = unknown;
        this.bits = bits;
        this.names = names;
    }

    void append(Text out, int flags) {
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
