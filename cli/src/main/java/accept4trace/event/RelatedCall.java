package accept4trace.event;

import accept4trace.event.SystemCall.Argument;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One completed call of a listener's life other than an accept: bind, listen, or a call that waited for many files at
 * once and ended with a listener ready.
 *
 * @param arguments as passed, in order; more than the call has
 * @param address of bind: the address in the caller's memory, or null
 * @param listener the socket after the call
 * @param ready listeners that were found ready; 0 if the call does not wait
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

    /** Returns the epoll instance that was waited on, {@link #NO_FD} if the call does not wait on one. */
    public int epollFd() {
        return syscall.arguments().contains(Argument.EPOLL) ? (int) arguments[0] : NO_FD;
    }
}
