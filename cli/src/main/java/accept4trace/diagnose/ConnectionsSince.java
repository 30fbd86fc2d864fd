package accept4trace.diagnose;

import accept4trace.queue.QueueState;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Counts the connections at the address of a socket since a snapshot first showed the socket. */
final class ConnectionsSince {
    /** By inode of a socket: connections accepted or waiting at its address when a snapshot first showed the socket. */
    private Map<Long, Long> before = Map.of();

    /** Adds a snapshot. {@code listenerOf}: returns the listener at the address of a socket, or null. */
    void add(List<QueueState> states, Function<QueueState, @Nullable ObservedListener> listenerOf) {
        Map<Long, Long> known = before;
        before = new HashMap<>();
        Map<ObservedListener, Long> waiting = new HashMap<>();
        for (QueueState state : states) {
            ObservedListener listener = listenerOf.apply(state);
            if (listener != null) {
                waiting.merge(listener, Math.max(0, state.queue().waiting()), Long::sum);
            }
        }
        for (QueueState state : states) {
            ObservedListener listener = listenerOf.apply(state);
            long connections = listener == null ? 0 : listener.connections + waiting.getOrDefault(listener, 0L);
            long inode = state.queue().socket().inode();
            before.put(inode, known.getOrDefault(inode, connections));
        }
    }

    /** Returns the number of connections; negative if it is unknown. See {@link Observations#connectionsSince}. */
    long count(QueueState state, ObservedListener listener) {
        Long connections = before.get(state.queue().socket().inode());
        return connections == null ? -1 : listener.connections - connections;
    }
}
