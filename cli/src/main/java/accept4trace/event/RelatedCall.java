package accept4trace.event;

import accept4trace.event.SystemCall.Argument;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A completed call that concerns a listener and is not an accept: bind, listen, or a call such as poll that found a
 * listener ready.
 *
 * @param arguments always six values in order, even if the call has fewer arguments
 * @param address the address in the caller's memory; null if it is unreadable or the call is not a bind
 * @param listener the socket as it was after the call
 * @param ready number of listeners that were ready; 0 if the call does not wait
 */
public record RelatedCall(
        SystemCall syscall,
        Caller caller,
        Span span,
        long[] arguments,
        byte @Nullable [] address,
        ListenerFd listener,
        int ready)
        implements Call {
    public static final int NO_FD = -1;

    @Override
    public void visit(Consumer<AcceptCall> accept, Consumer<RelatedCall> related) {
        related.accept(this);
    }

    /** Returns the fd of the epoll instance, or {@link #NO_FD} if the call does not wait on one. */
    public int epollFd() {
        return syscall.arguments().contains(Argument.EPOLL) ? (int) arguments[0] : NO_FD;
    }
}
