package accept4trace.capture;

/** What failed, in the order of {@code enum a4t_failure}. */
public enum FailureKind {
    /** Anything that is not listed below. The hint depends only on the errno. */
    OTHER,
    /** Attaching to a tracepoint of system calls. */
    TRACEPOINT,
    /** Finding the cgroup of the filter. */
    CGROUP,
    /** Reading the kernel's BTF. */
    KERNEL_TYPES,
    /** Identifying the user who ran sudo. */
    INVOKER,
    /** Starting a helper, i.e. a process without privileges that unwinds stacks or looks up host names. */
    HELPER;

    /** Returns the kind for a number in {@code struct a4t_error}. */
    public static FailureKind of(int number) {
        return values()[number];
    }
}
