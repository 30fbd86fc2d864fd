package accept4trace.capture;

import accept4trace.event.CallStack;
import accept4trace.event.UserStack;

/** Unwinds recorded user stacks in a process without privileges. */
public interface StackUnwinder extends AutoCloseable {
    /** The {@code unread} of the only frame if the process died of this stack. It is replaced, so others work. */
    String DIED = "unwinder died";
    /** The {@code unread} of the only frame if the process has ended. No stack can be unwound any more. */
    String ENDED = "unwinder ended";

    /**
     * Returns the frames of a stack. If the process has ended, often only the innermost address is known. Reads files
     * of the process, which can take any time. Only one thread at a time may call this.
     */
    CallStack unwind(int tgid, UserStack userStack);

    /** Returns the innermost address of a stack. Can be called by any thread. */
    long address(UserStack userStack);

    /** Ends the process, within about a second. Can be called by any thread; unwinding in progress ends. */
    @Override
    void close();
}
