package accept4trace.recording;

import accept4trace.capture.CallFilter;
import accept4trace.capture.CallFilter.CallerFilter;
import accept4trace.capture.CallFilter.ListenerFilter;
import accept4trace.capture.CallFilter.Status;
import accept4trace.event.AcceptCall;
import accept4trace.event.Beginning;
import accept4trace.event.Call;
import accept4trace.event.Caller;
import accept4trace.event.Closing;
import accept4trace.event.Ending;
import accept4trace.event.Endpoint;
import accept4trace.event.GivenUp;
import accept4trace.event.KernelSocket;
import accept4trace.event.ListenerFd;
import accept4trace.event.Refusal;
import accept4trace.event.UnixRefusal;
import accept4trace.event.Via;
import accept4trace.format.ProcessDetails;
import accept4trace.queue.QueueSelection;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Applies a filter to recorded events, like bpf/filter.bpf.h. A filter on an unknown value does not match. */
final class CallSelection implements Predicate<Call> {
    private static final String CGROUP_ROOT = "/sys/fs/cgroup";

    private final CallFilter filter;
    private final ProcessDetails details;
    private final List<byte[]> comms;
    private final @Nullable String cgroup;
    private final QueueSelection addresses;
    private final QueueSelection peers;

    /** {@code details} looks up the paths of cgroups. */
    CallSelection(CallFilter filter, ProcessDetails details) {
        this.filter = filter;
        this.details = details;
        this.comms = QueueSelection.comms(filter.caller().comms());
        this.cgroup = cgroup(filter.caller().cgroup());
        this.addresses = new QueueSelection(holder -> true, filter.listener(), -1, List.of());
        this.peers = new QueueSelection(holder -> true, filter.listener(), -1, filter.peers());
    }

    /** Returns the path as in /proc/PID/cgroup, without a slash at its end. */
    private static @Nullable String cgroup(@Nullable String name) {
        if (name == null) {
            return null;
        }
        String path = name.startsWith(CGROUP_ROOT + "/") || name.equals(CGROUP_ROOT)
                ? name.substring(CGROUP_ROOT.length())
                : name;
        path = path.replaceFirst("/+$", "");
        return path.isEmpty() || path.startsWith("/") ? path : "/" + path;
    }

    @Override
    public boolean test(Call call) {
        return filter.calls().contains(kind(call))
                && isWanted(call.caller())
                && isWanted(call.listener())
                && hasWantedResult(call);
    }

    /** A recording does not say which connections a closed listener lost, so a filter by peer does not match. */
    boolean test(Closing closing) {
        return filter.calls().contains(CallFilter.Call.CLOSED)
                && isWanted(closing.caller())
                && isWanted(closing.listener())
                && filter.peers().isEmpty();
    }

    /** Nobody calls anything when a client gives up, so filters by caller do not match. */
    boolean test(GivenUp client) {
        return filter.calls().contains(CallFilter.Call.CLOSED)
                && filter.caller().equals(CallFilter.NONE.caller())
                && isWanted(client.listener())
                && (filter.minWaitNs() == 0 || client.waitNs() >= filter.minWaitNs())
                && (filter.peers().isEmpty() || hasWantedPeer(client.connection()));
    }

    /** Need not check filters for holders of listeners. If there is one, playback shows no refusals at all. */
    boolean test(Refusal refusal) {
        return isWanted(refusal.listener(), refusal.netns())
                && (filter.peers().isEmpty() || peers.selectsPeer(refusal.peer()));
    }

    /** AF_UNIX clients have no IP address, so no client matches a filter by peer. */
    boolean test(UnixRefusal refusal) {
        return isWanted(refusal.listener(), refusal.netns()) && filter.peers().isEmpty();
    }

    private static CallFilter.Call kind(Call call) {
        if (call instanceof AcceptCall accept && accept.via() == Via.IO_URING) {
            return CallFilter.Call.IO_URING;
        }
        return switch (call.syscall()) {
            case ACCEPT -> CallFilter.Call.ACCEPT;
            case ACCEPT4 -> CallFilter.Call.ACCEPT4;
            case BIND -> CallFilter.Call.BIND;
            case LISTEN -> CallFilter.Call.LISTEN;
            case SELECT, PSELECT6, POLL, PPOLL, EPOLL_WAIT, EPOLL_PWAIT, EPOLL_PWAIT2 -> CallFilter.Call.POLL;
        };
    }

    private boolean isWanted(Caller caller) {
        CallerFilter wanted = filter.caller();
        return (wanted.uid() == null || wanted.uid() == caller.uid())
                && (comms.isEmpty()
                        || QueueSelection.isIn(comms, caller.threadComm())
                        || QueueSelection.isIn(comms, caller.processComm()))
                && (cgroup == null || isBelow(cgroup, details.cgroup(caller.tgid(), caller.cgroup())));
    }

    private static boolean isBelow(String ancestor, byte @Nullable [] path) {
        return path != null && (new String(path, StandardCharsets.ISO_8859_1) + "/").startsWith(ancestor + "/");
    }

    private boolean isWanted(ListenerFd listener) {
        return filter.listener().selectsFd(listener.fd()) && isWanted(listener.socket(), listener.netns());
    }

    private boolean isWanted(@Nullable KernelSocket socket, long netns) {
        ListenerFilter wanted = filter.listener();
        return (wanted.netns() == null || wanted.netns() == netns)
                && (wanted.family() == null
                        || (socket == null ? 0 : socket.protocol().family()) == wanted.family())
                && (socket == null
                        ? wanted.ports().isEmpty()
                                && wanted.addresses().isEmpty()
                                && wanted.names().isEmpty()
                        : addresses.selectsAddress(socket.local()));
    }

    private boolean hasWantedResult(Call call) {
        return (filter.statuses().isEmpty() || hasWantedStatus(call))
                && (filter.minDurationNs() == 0 || hasWantedDuration(call))
                && (filter.minWaitNs() == 0
                        || (call instanceof AcceptCall accept
                                && accept.connection().waitNs() >= filter.minWaitNs()))
                && (filter.peers().isEmpty() || hasWantedPeer(call));
    }

    private boolean hasWantedStatus(Call call) {
        if (call.span().ending() != Ending.RETURNED) {
            return filter.statuses().contains(Status.UNFINISHED);
        }
        if (call.span().ret() < 0) {
            return filter.statuses().contains(Status.FAILED);
        }
        return call.span().beginning() != Beginning.BY_SECCOMP
                && filter.statuses().contains(Status.SUCCESSFUL);
    }

    private boolean hasWantedDuration(Call call) {
        return call.span().ending() != Ending.MISSED && call.durationNs() >= filter.minDurationNs();
    }

    private boolean hasWantedPeer(Call call) {
        KernelSocket socket =
                call instanceof AcceptCall accept ? accept.connection().socket() : null;
        return hasWantedPeer(socket);
    }

    private boolean hasWantedPeer(@Nullable KernelSocket socket) {
        Endpoint peer = socket == null ? null : socket.remote();
        return peer != null && peers.selectsPeer(peer);
    }
}
