package accept4trace.event;

import accept4trace.text.Errno;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A completed accept. {@code via} says whether it was a system call. */
public record AcceptCall(
        SystemCall syscall,
        Via via,
        Caller caller,
        Span span,
        AcceptArguments arguments,
        ListenerFd listener,
        Connection connection)
        implements Call {
    /** Returns a copy without the user stack, which is large. */
    public AcceptCall withoutStack() {
        return new AcceptCall(syscall, via, caller.withoutStack(), span, arguments, listener, connection);
    }

    @Override
    public void visit(Consumer<AcceptCall> accept, Consumer<RelatedCall> related) {
        accept.accept(this);
    }

    @Override
    public boolean isNative() {
        return via == Via.SYSCALL;
    }

    /** Returns whether the caller passed {@link AcceptArguments#flags}. */
    public boolean hasFlags() {
        return isNative() && syscall.hasFlags();
    }

    /** Returns whether the thread got a connection. A success faked by seccomp does not count. */
    public boolean isConnection() {
        return span.hasResult() && span.ret() >= 0 && span.beginning() != Beginning.BY_SECCOMP;
    }

    /**
     * Returns whether the call found no connection in the accept queue, which is not an error of the server. An EAGAIN
     * that a seccomp filter has returned does not count.
     */
    public boolean isEmpty() {
        return failed()
                && span.ret() == -Errno.EAGAIN
                && isNative()
                && span.beginning() != Beginning.BY_SECCOMP
                && listener.socket() != null
                && connection.socket() == null;
    }

    /**
     * Returns how long it took to wake the thread and to accept, in nanoseconds; negative if unknown. The time begins
     * at the entry of the call, or when the connection became ready if that was later. It ends when the call returned.
     */
    public long wakeNs() {
        return connection.waitNs() < 0 || !isTimed()
                ? -1
                : span.exitNs() - Math.max(span.enterNs(), connection.acceptedNs() - connection.waitNs());
    }

    /** Returns whether the call took a connection off the accept queue, then failed and dropped it. */
    public boolean lostConnection() {
        return connection.socket() != null
                && connection.socket().isConnection()
                && span.ending() != Ending.MISSED
                && !isConnection();
    }

    /**
     * Returns whether the caller's buffer holds the peer's whole address, and the text of the accepted fd shows all of
     * that address.
     */
    public boolean addressIsThatOfFd() {
        if (!isConnection()
                || connection.socket() == null
                || arguments.address() == null
                || arguments.lengthOut() == null) {
            return false;
        }
        Endpoint peer = connection.socket().peer();
        Sockaddr expected = peer.sockaddr();
        return expected != null
                && peer.showsWholeSockaddr()
                && expected.isWholly(arguments.address(), arguments.lengthOut());
    }

    /** Returns whether the address in the caller's buffer differs from the peer's. False if either is unknown. */
    public boolean addressDiffers() {
        Boolean differs = addressComparison();
        return differs != null && differs;
    }

    /** Returns whether the address in the caller's buffer differs from the peer's; null if either is unknown. */
    public @Nullable Boolean addressComparison() {
        if (!isConnection()
                || connection.socket() == null
                || arguments.address() == null
                || arguments.lengthOut() == null) {
            return null;
        }
        Sockaddr expected = connection.socket().peer().sockaddr();
        return expected == null ? null : expected.differsFrom(arguments.address(), arguments.lengthOut());
    }
}
