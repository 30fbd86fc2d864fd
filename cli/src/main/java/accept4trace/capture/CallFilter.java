package accept4trace.capture;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which calls are wanted; the kernel leaves out all others.
 *
 * @param calls what counts as a call at all, not empty
 * @param peers empty for any
 * @param statuses empty for any
 * @param minDurationNs 0 for any
 * @param minWaitNs 0 for any
 */
public record CallFilter(
        Set<Call> calls,
        CallerFilter caller,
        ListenerFilter listener,
        List<Network> peers,
        Set<Status> statuses,
        long minDurationNs,
        long minWaitNs) {
    public static final CallFilter NONE = new CallFilter(
            Set.of(Call.ACCEPT4),
            new CallerFilter(null, null, null),
            new ListenerFilter(null, null, null, List.of(), List.of()),
            List.of(),
            Set.of(),
            0,
            0);

    /**
     * The caller, null for any.
     *
     * @param comm name of the thread or its process; its characters stand for bytes
     * @param cgroup path of the caller's cgroup or one above it; its characters stand for bytes
     */
    public record CallerFilter(@Nullable Integer uid, @Nullable String comm, @Nullable String cgroup) {}

    /**
     * The listener, null or empty for any.
     *
     * @param fd first argument
     * @param netns inode of its network namespace
     * @param ports that it is bound to
     * @param addresses that it is bound to
     */
    public record ListenerFilter(
            @Nullable Integer fd,
            @Nullable Long netns,
            @Nullable Integer family,
            List<Integer> ports,
            List<Network> addresses) {}

    /** There is more to pass than to be one of the calls. */
    public boolean isNarrow() {
        return !equals(NONE.withCalls(calls));
    }

    public CallFilter withCalls(Set<Call> wanted) {
        return with(wanted, caller, listener);
    }

    public CallFilter withUid(int wanted) {
        return with(calls, new CallerFilter(wanted, caller.comm, caller.cgroup), listener);
    }

    public CallFilter withNetns(long wanted) {
        return with(
                calls,
                caller,
                new ListenerFilter(listener.fd, wanted, listener.family, listener.ports, listener.addresses));
    }

    private CallFilter with(Set<Call> otherCalls, CallerFilter otherCaller, ListenerFilter otherListener) {
        return new CallFilter(otherCalls, otherCaller, otherListener, peers, statuses, minDurationNs, minWaitNs);
    }

    /** Most ports, and most networks of either kind. */
    public static final int MOST = NativeLayout.FILTER_PORTS;

    /** Ways to accept a connection, and what else happens to a listener. */
    public enum Call {
        ACCEPT4(NativeLayout.Call.ACCEPT4, "accept4"),
        ACCEPT(NativeLayout.Call.ACCEPT, "accept"),
        IO_URING(NativeLayout.Call.IO_URING, "io_uring"),
        BIND(NativeLayout.Call.BIND, "bind"),
        LISTEN(NativeLayout.Call.LISTEN, "listen"),
        /** Whatever waits for many files at once, as strace names the class. */
        POLL(NativeLayout.Call.POLL, "%poll");

        private final int bit;
        private final String word;

        Call(int bit, String word) {
            this.bit = bit;
            this.word = word;
        }

        @Override
        public String toString() {
            return word;
        }

        public int bit() {
            return bit;
        }
    }

    /** What came of a call. */
    public enum Status {
        SUCCESSFUL(NativeLayout.Status.SUCCESSFUL),
        FAILED(NativeLayout.Status.FAILED),
        UNFINISHED(NativeLayout.Status.UNFINISHED);

        private final int bit;

        Status(int bit) {
            this.bit = bit;
        }

        public int bit() {
            return bit;
        }
    }

    /**
     * Addresses with a common beginning.
     *
     * @param address 16 bytes; IPv4 stands mapped into IPv6
     * @param prefix bits that count
     * @param port 0 for any
     */
    public record Network(byte[] address, int prefix, int port) {}
}
