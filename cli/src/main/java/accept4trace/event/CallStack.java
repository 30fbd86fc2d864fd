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
}
