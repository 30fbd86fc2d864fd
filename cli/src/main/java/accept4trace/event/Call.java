package accept4trace.event;

import java.util.function.Consumer;

/** A completed call that concerns a listener. */
public sealed interface Call permits AcceptCall, RelatedCall {
    SystemCall syscall();

    Caller caller();

    Span span();

    ListenerFd listener();

    /** Returns whether this is a native system call. If not, arguments, times and result are unknown. */
    default boolean isNative() {
        return true;
    }

    /** Returns whether the call returned an error to the thread. */
    default boolean failed() {
        return span().failed();
    }

    /** Returns whether {@link #durationNs} is exact or a lower bound. If not, the duration is undefined. */
    default boolean isTimed() {
        return isNative() && span().beginning().isTimed() && span().ending() != Ending.MISSED;
    }

    /** Returns whether {@link #durationNs} is exact. */
    default boolean hasDuration() {
        return isTimed() && span().beginning() == Beginning.SEEN;
    }

    default long durationNs() {
        return span().durationNs();
    }

    /** Calls the consumer for this kind of call. */
    void visit(Consumer<AcceptCall> accept, Consumer<RelatedCall> related);
}
