package accept4trace.diagnose;

import accept4trace.diagnose.Finding.Kind;
import accept4trace.diagnose.Finding.Severity;
import accept4trace.event.ListenerHolder;
import accept4trace.format.Names;
import accept4trace.queue.QueueState;
import accept4trace.text.Units;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Finds sockets of an SO_REUSEPORT group that got no connection while other sockets of the group did. If connections
 * wait in the queue of such a socket, it is {@link StuckListeners stuck} instead.
 */
final class UnusedSockets implements Check {
    /**
     * Minimum average number of connections of the sockets that got some. If the kernel chooses by a hash, the chance
     * that one further socket gets none is then below one in a million in a group of two, and even lower in larger
     * groups.
     */
    private static final int MIN_CONNECTIONS = 20;

    /** The sockets that are bound to one address, according to the last snapshot. */
    private static final class Group {
        final ObservedListener listener;
        final List<QueueState> unused = new ArrayList<>();
        long sockets;
        boolean hasUsed;
        /** Connections that were accepted while all of the unused sockets were known. */
        long connections;

        Group(ObservedListener listener) {
            this.listener = listener;
            this.connections = listener.connections;
        }
    }

    @Override
    public List<Finding> findings(Observations seen, long durationNs) {
        Map<Long, ObservedSocket> sockets = seen.allSockets();
        return sockets == null
                ? List.of()
                : groups(seen, sockets).stream()
                        .filter(group -> group.hasUsed && !group.unused.isEmpty())
                        .map(UnusedSockets::finding)
                        .toList();
    }

    private static List<Group> groups(Observations seen, Map<Long, ObservedSocket> sockets) {
        Map<ObservedListener, Long> used = sockets.values().stream()
                .filter(socket -> socket.connections > 0)
                .collect(Collectors.groupingBy(socket -> socket.listener, Collectors.counting()));
        Map<ObservedListener, Group> groups = new LinkedHashMap<>();
        for (QueueState state : seen.queues().queues()) {
            ObservedListener listener = seen.listenerOf(state);
            if (listener == null || !listener.reusePort) {
                continue;
            }
            Group group = groups.computeIfAbsent(listener, Group::new);
            long connections = seen.connectionsSince(state, listener);
            ObservedSocket socket = sockets.get(state.queue().socket().inode());
            group.sockets++;
            group.hasUsed |= socket != null && socket.connections > 0;
            if (isUnused(state, socket)
                    && connections >= MIN_CONNECTIONS * Math.max(1, used.getOrDefault(listener, 0L))) {
                group.unused.add(state);
                group.connections = Math.min(group.connections, connections);
            }
        }
        return List.copyOf(groups.values());
    }

    /** Returns whether nobody has accepted from a socket, which is unknown if an untraced process holds it, too. */
    private static boolean isUnused(QueueState state, @Nullable ObservedSocket socket) {
        return (socket == null || socket.connections == 0)
                && state.queue().waiting() == 0
                && !state.hasUntracedHolder();
    }

    private static Finding finding(Group group) {
        List<String> names = group.unused.stream().map(UnusedSockets::name).toList();
        long unused = group.unused.size();
        return new Finding(
                Kind.UNFAIR,
                Severity.NOTE,
                group.listener.socket,
                group.unused.stream()
                        .flatMap(state -> state.targets().stream())
                        .map(ListenerHolder::tgid)
                        .distinct()
                        .sorted()
                        .toList(),
                "no connection for " + unused + " of " + group.sockets + " SO_REUSEPORT sockets on "
                        + Check.name(group.listener.socket) + ", while the others got "
                        + Units.count(group.connections) + ": " + Check.list(names),
                (unused == 1 ? "Its queue is" : "Their queues are")
                        + " empty, too. Hashing by address and port would have chosen every socket. SO_INCOMING_CPU,"
                        + " SO_BINDTODEVICE or a BPF program that selects sockets can exclude some, which may be"
                        + " intended.",
                Map.of("connections", group.connections, "sockets", group.sockets, "unused_sockets", unused));
    }

    /** Returns the first holder, e.g. nginx[1234] fd 6. */
    private static String name(QueueState state) {
        ListenerHolder holder = state.targets().get(0);
        return Names.comm(holder.comm()) + "[" + holder.tgid() + "] fd " + holder.fd();
    }
}
