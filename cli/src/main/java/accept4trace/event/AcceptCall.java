package accept4trace.event;

import java.util.function.Consumer;

/** One completed accept4 or accept. */
public record AcceptCall(
        SystemCall syscall,
        Via via,
        Caller caller,
        Span span,
        AcceptArguments arguments,
        ListenerFd listener,
        Connection connection)
        implements Call {
    /** Returns a copy to keep: stacks are large. */
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

    /** Whether {@link AcceptArguments#flags} were passed. */
    public boolean hasFlags() {
        return isNative() && syscall.hasFlags();
    }

    /** Whether the thread got a connection. A call that seccomp answered never ran, even if the answer is success. */
    public boolean isConnection() {
        return span.hasResult() && span.ret() >= 0 && span.beginning() != Beginning.BY_SECCOMP;
    }

    /**
     * Returns how long it took to wake the thread and to accept: the time until the call returned, from when both the
     * call and the connection were there. Negative if unknown.
     */
    public long wakeNs() {
        return connection.waitNs() < 0 || !isNative() || !span.beginning().isTimed() || span.ending() == Ending.MISSED
                ? -1
                : span.exitNs() - Math.max(span.enterNs(), connection.acceptedNs() - connection.waitNs());
    }

    /** Whether a connection was taken off the queue, and dropped because the call failed. */
    public boolean lostConnection() {
        return connection.socket() != null
                && connection.socket().isConnection()
                && span.ending() != Ending.MISSED
                && !isConnection();
    }

    /** Whether the call left another address in the caller's buffer than the peer's. */
    public boolean addressDiffers() {
        if (!isConnection()
                || connection.socket() == null
                || arguments.address() == null
                || arguments.lengthOut() == null) {
            return false;
        }
        Sockaddr expected = connection.socket().peer().sockaddr();
        return expected != null && expected.differsFrom(arguments.address(), arguments.lengthOut());
    }
}
