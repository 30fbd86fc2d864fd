package accept4trace.event;

import java.util.List;

/**
 * An unwound user stack.
 *
 * @param frames the innermost frame first
 * @param cut the outermost frames are missing
 */
public record CallStack(List<StackFrame> frames, boolean cut) {
    public static final CallStack NONE = new CallStack(List.of(), false);

    /**
     * Returns whether only the innermost address is known, because the process had ended or its files could not be read
     * in time.
     */
    public boolean isAddressAlone() {
        return cut && frames.size() == 1 && frames.get(0).path() == null;
    }
}
