package accept4trace.capture;

import accept4trace.event.CallStack;
import accept4trace.event.UserStack;

/** Finds the frames of recorded user stacks. */
public interface StackUnwinder {
    /** Little is known about a process that has ended. */
    CallStack unwind(int tgid, UserStack userStack);
}
