package accept4trace.event;

import org.jspecify.annotations.Nullable;

/**
 * Where one function was in calling the next.
 *
 * @param address in the process
 * @param fileOffset in the file; the address again where there is no file
 * @param path of the file, as the process sees it, raw bytes; null for memory without a file
 * @param function its name, raw bytes; null when unknown
 * @param offset from the function's start
 */
public record StackFrame(
        long address, long fileOffset, byte @Nullable [] path, byte @Nullable [] function, long offset) {}
