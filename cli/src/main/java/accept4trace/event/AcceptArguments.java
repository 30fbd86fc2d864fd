package accept4trace.event;

import org.jspecify.annotations.Nullable;

/**
 * The arguments of an accept after its fd, and the memory of the caller that they point to.
 *
 * @param lengthIn what the caller passed, null if it could not be read
 * @param lengthOut what the call stored, null if it failed or that could not be read
 * @param address what the call stored, cut to both lengths; null as above
 * @param flags 0 unless the system call has flags
 */
public record AcceptArguments(
        long addressPointer,
        long lengthPointer,
        @Nullable Integer lengthIn,
        @Nullable Integer lengthOut,
        byte @Nullable [] address,
        int flags) {}
