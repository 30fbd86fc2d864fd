package accept4trace.capture;

import accept4trace.event.CallStack;
import accept4trace.event.UserStack;

/** Unwinds recorded user stacks in a helper, which is a process without privileges. */
public interface StackUnwinder extends AutoCloseable {
    /**
     * The value of {@link accept4trace.event.StackFrame#unread} in the single frame that {@link #unwind} returns if the
     * stack has crashed the unwinding process. The helper replaces this process, so other stacks can still be unwound.
     */
    String DIED = "unwinder died";
    /** The same if the helper itself has ended or does not answer. No stack can be unwound any more. */
    String ENDED = "unwinder ended";
    /** The value of {@code unread} in the only frame, which is the innermost one, if libdw is not installed. */
    String NO_LIBDW = "no libdw";
    /** The value of {@code unread} if the limit on open files of the unwinding process is reached. */
    String TOO_MANY_FILES = "too many open files";

    /**
     * Returns the frames of a stack. If the traced process has ended, often only the innermost address is known. Reads
     * files of the traced process, which can take any time. Only one thread at a time may call this.
     */
    CallStack unwind(int tgid, UserStack userStack);

    /** Returns the innermost address of a stack. Can be called by any thread. */
    long address(UserStack userStack);

    /**
     * Ends the helper within about a second. Can be called by any thread. A stack that is being unwound gets {@link
     * #ENDED}.
     */
    @Override
    void close();
}
