package accept4trace.format;

/** accept4's flags, in strace's order. The numbers are those of x86, arm64, riscv and most others. */
final class SocketFlags {
    private static final int[] BITS = {0x80000, 0x800};
    private static final String[] NAMES = {"SOCK_CLOEXEC", "SOCK_NONBLOCK"};

    private SocketFlags() {}

    static void append(Text out, int flags) {
        int rest = flags;
        boolean named = false;
        for (int i = 0; i < BITS.length; i++) {
            if ((flags & BITS[i]) != 0) {
                out.add(named ? "|" : "").add(NAMES[i]);
                rest &= ~BITS[i];
                named = true;
            }
        }
        if (named && rest != 0) {
            out.add('|').hex(Integer.toUnsignedLong(rest));
        } else if (!named && rest != 0) {
            out.hex(Integer.toUnsignedLong(rest)).add(" /* SOCK_??? */");
        } else if (!named) {
            out.add('0');
        }
    }
}
