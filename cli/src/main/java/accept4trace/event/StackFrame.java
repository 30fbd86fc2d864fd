package accept4trace.event;

import org.jspecify.annotations.Nullable;

/**
 * One frame of a user stack.
 *
 * @param address address of the next instruction, in the process
 * @param fileOffset offset of the address in the file; equal to {@code address} if there is no file
 * @param path path of the file as the process sees it, raw bytes; null for memory without a file
 * @param function name of the function, raw bytes; null if unknown
 * @param offset offset of the address in the function; 0 if the function is unknown
 * @param unread why a file with details of this frame was not read, e.g. the name of a network file system; null if no
 *     file was skipped
 */
public record StackFrame(
        long address,
        long fileOffset,
        byte @Nullable [] path,
        byte @Nullable [] function,
        long offset,
        @Nullable String unread) {}
