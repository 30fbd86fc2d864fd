package accept4trace.capture;

import accept4trace.event.AddressFamily;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Selects the calls to report. The BPF programs skip all others.
 *
 * @param calls kinds of calls, not empty
 * @param peers addresses of peers, empty for any
 * @param statuses results, empty for any
 * @param minDurationNs minimum duration of the call in nanoseconds, 0 for any
 * @param minWaitNs minimum time that the connection spent in the accept queue, in nanoseconds; 0 for any
 */
public record CallFilter(
        Set<Call> calls,
        CallerFilter caller,
        ListenerFilter listener,
        List<Network> peers,
        Set<Status> statuses,
        long minDurationNs,
        long minWaitNs) {
    /** The default calls without any condition. */
    public static final CallFilter NONE = new CallFilter(
            Set.of(Call.ACCEPT4, Call.ACCEPT),
            new CallerFilter(null, List.of(), null),
            new ListenerFilter(List.of(), null, null, List.of(), List.of(), List.of()),
            List.of(),
            Set.of(),
            0,
            0);

    /**
     * Selects callers; null or empty matches any.
     *
     * @param uid real user id in the initial user namespace
     * @param comms names of a thread or its process, one character per byte
     * @param cgroup path of the caller's cgroup or an ancestor of it, one character per byte
     */
    public record CallerFilter(@Nullable Integer uid, List<String> comms, @Nullable String cgroup) {}

    /**
     * Selects listeners; null or empty matches any.
     *
     * @param fds values of the first argument of the call
     * @param netns inode of the listener's network namespace
     * @param family AF_*
     * @param ports local ports
     * @param addresses local IP addresses; a listener matches if it has one of these addresses or one of {@code names}
     * @param names local names of AF_UNIX sockets, one character per byte; an abstract name begins with a NUL
     *     character; NUL characters at the end are ignored
     */
    public record ListenerFilter(
            List<Integer> fds,
            @Nullable Long netns,
            @Nullable Integer family,
            List<Ports> ports,
            List<Network> addresses,
            List<String> names) {
        /** Returns whether a descriptor of a listener is wanted. */
        public boolean selectsFd(int fd) {
            return fds.isEmpty() || fds.contains(fd);
        }

        /** Returns whether listeners of this family can match. */
        boolean hasFamily(AddressFamily wanted) {
            return family == null || family == wanted.number();
        }
    }

    /** Ports from {@code first} to {@code last}, both included. */
    public record Ports(int first, int last) {
        public boolean contains(int port) {
            return first <= port && port <= last;
        }
    }

    /** What a diagnosis needs: all kinds of accepts, the waits before them, and closed listeners. */
    public static final Set<Call> DIAGNOSED = Set.of(Call.ACCEPT4, Call.ACCEPT, Call.IO_URING, Call.POLL, Call.CLOSED);

    /**
     * Returns whether a diagnosis sees all that it needs. Filters for callers and for listeners' addresses are allowed,
     * because they only limit which servers it checks.
     */
    public boolean sufficesForDiagnosis() {
        return calls.containsAll(DIAGNOSED)
                && listener.fds.isEmpty()
                && peers.isEmpty()
                && statuses.isEmpty()
                && minDurationNs == 0
                && minWaitNs == 0;
    }

    /** Returns the names of the selected calls. They are in the order of {@link Call}, because the set has no order. */
    public List<String> callNames() {
        return Arrays.stream(Call.values())
                .filter(calls::contains)
                .map(Call::description)
                .toList();
    }

    /** Returns whether anything in {@link Call#ALL} is selected, not only events such as refused connections. */
    public boolean hasCalls() {
        return !Collections.disjoint(calls, Call.ALL);
    }

    /** Returns whether AF_UNIX listeners can match. They have no ports and no IP addresses. */
    public boolean canBeUnix() {
        return listener.hasFamily(AddressFamily.UNIX)
                && listener.ports.isEmpty()
                && peers.isEmpty()
                && (listener.addresses.isEmpty() || !listener.names.isEmpty());
    }

    /** Returns whether TCP listeners can match. They have no names. */
    public boolean canBeTcp() {
        return (listener.hasFamily(AddressFamily.INET) || listener.hasFamily(AddressFamily.INET6))
                && (listener.names.isEmpty() || !listener.addresses.isEmpty());
    }

    /** Returns a filter that also selects refused connections. */
    public CallFilter withRefused() {
        return withAlso(Call.REFUSED);
    }

    /** Returns a filter that also selects closed listeners. */
    public CallFilter withClosed() {
        return withAlso(Call.CLOSED);
    }

    private CallFilter withAlso(Call call) {
        Set<Call> more = EnumSet.of(call);
        more.addAll(calls);
        return withCalls(more);
    }

    /** Returns whether there is a condition on the process that holds a listener. */
    public boolean hasHolder() {
        return !caller.equals(NONE.caller) || !listener.fds.isEmpty();
    }

    public CallFilter withCalls(Set<Call> wanted) {
        return with(wanted, caller, listener);
    }

    public CallFilter withUid(int wanted) {
        return with(calls, new CallerFilter(wanted, caller.comms, caller.cgroup), listener);
    }

    public CallFilter withNetns(long wanted) {
        return with(
                calls,
                caller,
                new ListenerFilter(
                        listener.fds, wanted, listener.family, listener.ports, listener.addresses, listener.names));
    }

    private CallFilter with(Set<Call> otherCalls, CallerFilter otherCaller, ListenerFilter otherListener) {
        return new CallFilter(otherCalls, otherCaller, otherListener, peers, statuses, minDurationNs, minWaitNs);
    }

    /** Maximum size of each list: descriptors, names of threads, ports, addresses and names of listeners, and peers. */
    public static final int MAX_VALUES = NativeLayout.FILTER_PORTS;

    /** Kinds of calls: ways to accept a connection, and other calls that concern a listener. */
    public enum Call {
        ACCEPT4(NativeLayout.Call.ACCEPT4, "accept4"),
        ACCEPT(NativeLayout.Call.ACCEPT, "accept"),
        IO_URING(NativeLayout.Call.IO_URING, "io_uring"),
        BIND(NativeLayout.Call.BIND, "bind"),
        LISTEN(NativeLayout.Call.LISTEN, "listen"),
        /**
         * All variants of select, poll and epoll_wait. The name has the form of strace's classes of calls, e.g. %file.
         */
        POLL(NativeLayout.Call.POLL, "%poll"),
        /** Connections that a listener refuses because its accept queue is full. */
        REFUSED(NativeLayout.Call.REFUSED, "refused"),
        /** Listeners that are closed, and clients that give up before they are accepted. */
        CLOSED(NativeLayout.Call.CLOSED, "closed");

        /** What a user means by all calls. Excludes events that are not calls. */
        public static final Set<Call> ALL = Set.of(ACCEPT4, ACCEPT, IO_URING, BIND, LISTEN, POLL);

        /** All ways to accept a connection. */
        public static final Set<Call> ACCEPTS = Set.of(ACCEPT4, ACCEPT, IO_URING);

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

        /** Returns words for use in a sentence: the name of the call, or a description of events that are not calls. */
        String description() {
            return switch (this) {
                case REFUSED -> "refused connections";
                case CLOSED -> "closed listeners";
                default -> word;
            };
        }
    }

    /** The result of a call. */
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
     * A range of IP addresses with a common prefix.
     *
     * @param address 16 bytes; an IPv4 address is given as an IPv4-mapped IPv6 address
     * @param prefix number of significant bits in {@code address}, 0 to 128
     * @param port host order, 0 for any
     */
    public record Network(byte[] address, int prefix, int port) {}
}
