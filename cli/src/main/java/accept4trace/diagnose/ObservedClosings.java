package accept4trace.diagnose;

import accept4trace.bounded.BoundedMap;
import accept4trace.event.Closing;
import accept4trace.event.KernelSocket;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * The listeners that were closed during the run, by address, so that a group with SO_REUSEPORT counts as one listener.
 */
final class ObservedClosings {
    private static final int MAX_ADDRESSES = 1024;
    private static final int MAX_CLOSERS = 64;

    private final BoundedMap<Object, Address> addresses = new BoundedMap<>(MAX_ADDRESSES);

    /** All closed sockets with one address. */
    static final class Address {
        final KernelSocket socket;
        /** The names of the processes that threw connections away, by process id. */
        final Map<Integer, byte[]> closers = new LinkedHashMap<>();

        long sockets;
        long waiting;
        long reset;
        long migrated;
        /** Sockets whose end threw connections away. */
        long harmful;
        /** Sockets in {@link #harmful} that ended with their process. */
        long byExit;

        Address(KernelSocket socket) {
            this.socket = socket;
        }

        private void add(Closing closing) {
            sockets++;
            waiting += Math.max(0, closing.listener().backlog().length());
            reset += closing.discarded().reset();
            migrated += closing.discarded().migrated();
            if (closing.discarded().reset() > 0) {
                harmful++;
                byExit += closing.byExit() ? 1 : 0;
            }
            if (closing.discarded().reset() > 0 && closers.size() < MAX_CLOSERS) {
                closers.put(closing.caller().tgid(), closing.caller().processComm());
            }
        }
    }

    private record Key(long netns, Object address) {}

    void add(Closing closing) {
        KernelSocket socket = Objects.requireNonNull(closing.listener().socket());
        addresses
                .computeIfAbsent(new Key(closing.listener().netns(), Check.name(socket)), unseen -> new Address(socket))
                .add(closing);
    }

    Collection<Address> addresses() {
        return addresses.values();
    }

    long forgotten() {
        return addresses.evictions();
    }
}
