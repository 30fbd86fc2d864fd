package accept4trace.event;

import org.jspecify.annotations.Nullable;

/**
 * The arguments of an accept that follow the fd, and the caller's memory that they point to.
 *
 * @param addressPointer second argument
 * @param lengthPointer third argument
 * @param lengthIn buffer length that the caller passed, in bytes; null if unreadable
 * @param lengthOut length that the call stored, in bytes; null if the call failed or the length is unreadable
 * @param address the address that the call stored, truncated to the shorter of {@code lengthIn} and {@code lengthOut};
 *     null if the call failed or the address is unreadable
 * @param flags 0 unless the system call has flags
 */
public record AcceptArguments(
        long addressPointer,
        long lengthPointer,
        @Nullable Integer lengthIn,
        @Nullable Integer lengthOut,
        byte @Nullable [] address,
        int flags) {}
