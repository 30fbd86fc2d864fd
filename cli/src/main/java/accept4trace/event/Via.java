package accept4trace.event;

import java.util.Locale;

/** How a connection was accepted, in the order of {@code enum a4t_via}. */
public enum Via {
    /** A native system call. */
    SYSCALL,
    IO_URING,
    /** An accept4 or accept of a 32-bit program, including x32. */
    COMPAT,
    /** A socketcall(2) of a 32-bit program. */
    SOCKETCALL,
    /** A server inside the kernel, e.g. nfsd. */
    KERNEL,
    UNKNOWN;

    private static final Via[] ALL = values();

    private final String word = name().toLowerCase(Locale.ROOT);

    static Via of(int number) {
        return ALL[number % ALL.length];
    }

    @Override
    public String toString() {
        return word;
    }
}
