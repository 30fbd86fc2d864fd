package accept4trace.capture;

/** Failures that have a specific hint, in the order of {@code enum a4t_failure}. Those that only Java uses follow. */
public enum FailureKind {
    OTHER,
    /** Attaching to a tracepoint of system calls. */
    TRACEPOINT,
    /** Finding the cgroup of the filter. */
    CGROUP,
    /** Reading the kernel's BTF. */
    KERNEL_TYPES,
    /** Identifying the user who ran sudo. */
    INVOKER,
    /** Loading the library that reads stacks. */
    STACK_LIBRARY;

    /** Returns the kind for {@code failure} of {@code struct a4t_error}. */
    public static FailureKind of(int number) {
        return values()[number];
    }
}
