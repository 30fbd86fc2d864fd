package accept4trace.event;

import java.util.function.Consumer;

/** One completed call of a traced thread that was about a listener. */
public sealed interface Call permits AcceptCall, RelatedCall {
    SystemCall syscall();

    Caller caller();

    Span span();

    ListenerFd listener();

    /** Whether the caller made a native system call. Otherwise its arguments, its times and its result are unknown. */
    default boolean isNative() {
        return true;
    }

    /** Whether the thread saw the call fail. */
    default boolean failed() {
        return span().failed();
    }

    /** Whether {@link #durationNs} is exact, not only a lower bound. */
    default boolean hasDuration() {
        return isNative() && span().beginning() == Beginning.SEEN && span().ending() != Ending.MISSED;
    }

    default long durationNs() {
        return span().durationNs();
    }

    /** Calls the consumer for this kind of call. */
    void visit(Consumer<AcceptCall> accept, Consumer<RelatedCall> related);
}
