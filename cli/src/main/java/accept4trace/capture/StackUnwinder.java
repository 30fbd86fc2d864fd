package accept4trace.capture;

import accept4trace.event.CallStack;
import accept4trace.event.UserStack;

/** Unwinds recorded user stacks. */
public interface StackUnwinder {
    /** Returns the frames of a stack. If the process has ended, often only the innermost address is known. */
    CallStack unwind(int tgid, UserStack userStack);
}
