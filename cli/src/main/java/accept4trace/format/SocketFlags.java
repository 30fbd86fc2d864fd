package accept4trace.format;

import accept4trace.text.Flags;
import accept4trace.text.Text;
import java.util.List;

/** Flags of accept4, in strace's order. The values are those of x86, arm64, riscv and most other processors. */
public final class SocketFlags {
    /** CLOEXEC and NONBLOCK equal O_CLOEXEC and O_NONBLOCK. */
    public static final int CLOEXEC = 0x80000;

    public static final int NONBLOCK = 0x800;

    private static final Flags FLAGS =
            new Flags("SOCK_???", new int[] {CLOEXEC, NONBLOCK}, "SOCK_CLOEXEC", "SOCK_NONBLOCK");

    private SocketFlags() {}

    public static List<String> names(int flags) {
        return FLAGS.names(flags);
    }

    public static void append(Text out, int flags) {
        FLAGS.append(out, flags);
    }
}
