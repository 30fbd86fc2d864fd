package accept4trace.event;

import java.util.List;

/**
 * A user stack, unwound.
 *
 * @param frames the innermost first
 * @param cut there should be more
 */
public record CallStack(List<StackFrame> frames, boolean cut) {
    public static final CallStack NONE = new CallStack(List.of(), false);

    /** The process had ended: what is mapped where in it is not known any more. */
    public boolean isAddressAlone() {
        return cut && frames.size() == 1 && frames.get(0).path() == null;
    }
}
