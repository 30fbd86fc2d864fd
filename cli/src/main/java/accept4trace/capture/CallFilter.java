package accept4trace.capture;

import java.util.List;
import java.util.Set;

/**
 * Which calls are wanted; the kernel leaves out all others.
 *
 * @param calls what counts as a call at all, not empty
 * @param fd first argument, or null for any
 * @param uid of the caller, or null
 * @param comm name of the thread or its process, or null; its characters stand for bytes
 * @param cgroup path of the caller's cgroup or one above it, or null; its characters stand for bytes
 * @param netns inode of the listener's network namespace, or null
 * @param family of the listener, or null
 * @param statuses empty for any
 * @param minDurationNs 0 for any
 * @param minWaitNs 0 for any
 * @param ports that the listener is bound to, empty for any
 * @param listeners addresses it is bound to, empty for any
 * @param peers empty for any
 */
public record CallFilter(
        Set<Call> calls,
        Integer fd,
        Integer uid,
        String comm,
        String cgroup,
        Long netns,
        Integer family,
        Set<Status> statuses,
        long minDurationNs,
        long minWaitNs,
        List<Integer> ports,
        List<Network> listeners,
        List<Network> peers) {
    public static final CallFilter NONE = new CallFilter(
            Set.of(Call.ACCEPT4), null, null, null, null, null, null, Set.of(), 0, 0, List.of(), List.of(), List.of());

    /** There is more to pass than to be one of the calls. */
    public boolean isNarrow() {
        return !equals(NONE.withCalls(calls));
    }

    public CallFilter withCalls(Set<Call> wanted) {
        return with(wanted, uid, netns);
    }

    public CallFilter withUid(int wanted) {
        return with(calls, wanted, netns);
    }

    public CallFilter withNetns(long wanted) {
        return with(calls, uid, wanted);
    }

    private CallFilter with(Set<Call> otherCalls, Integer otherUid, Long otherNetns) {
        return new CallFilter(
                otherCalls,
                fd,
                otherUid,
                comm,
                cgroup,
                otherNetns,
                family,
                statuses,
                minDurationNs,
                minWaitNs,
                ports,
                listeners,
                peers);
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
