package accept4trace.capture;

import accept4trace.event.CallStack;
import accept4trace.event.UserStack;

/** Unwinds recorded user stacks. */
public interface StackUnwinder {
    /**
     * Returns the frames of a stack. If the process has ended, often only the innermost address is known. Reads files
     * of the process, which can take any time. Only one thread at a time may call this.
     */
    CallStack unwind(int tgid, UserStack userStack);

    /** Returns the innermost address of a stack. Can be called by any thread. */
    long address(UserStack userStack);
}
