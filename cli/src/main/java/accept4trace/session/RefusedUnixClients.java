package accept4trace.session;

import accept4trace.bounded.BoundedMap;
import accept4trace.event.Closing;
import accept4trace.event.Endpoint;
import accept4trace.event.KernelSocket;
import accept4trace.event.ProcessExit;
import accept4trace.event.RefusedUnixClient;
import accept4trace.event.UnixRefusal;
import accept4trace.queue.ListenerHolders;
import accept4trace.text.Units;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Selects the refused AF_UNIX connects to the targets' listeners, and folds those of the same client into one report. A
 * client is reported when it has not been refused for a second, and at the latest {@link #LONGEST_NS} after its first
 * refusal. Memory is bounded.
 */
public final class RefusedUnixClients {
    /** About 500 bytes each. */
    private static final int MAX_CLIENTS = 4096;
    /** Refusals whose listeners may or may not belong to targets. About 500 bytes each. */
    private static final int MAX_UNASSIGNED = 4096;

    private static final long QUIET_NS = Units.SECOND_NS;
    private static final long LONGEST_NS = 10 * Units.SECOND_NS;

    /** Null if every listener is selected and the hooks identify the listener of each refusal. */
    private final @Nullable ListenerHolders sockets;

    private final boolean shown;

    private final Map<Key, Client> clients = new BoundedMap<>(MAX_CLIENTS) {
        private static final long serialVersionUID = 1;

        @Override
        protected void evicted(Client client) {
            evicted.add(client);
        }
    };
    private final List<Client> evicted = new ArrayList<>();
    private final Deque<UnixRefusal> unassigned = new ArrayDeque<>();
    /** The {@link ListenerHolders#version} when the refusals were last assigned. */
    private long assignedBy = Long.MIN_VALUE;

    private long lost;

    /** Receives the connects and clients that the targets' listeners have refused. */
    interface Receiver {
        void refusal(UnixRefusal refusal);

        void client(RefusedUnixClient client);
    }

    private record Key(long inode, Endpoint listener, int pid) {
        static Key of(UnixRefusal refusal) {
            return new Key(
                    refusal.listener().inode(),
                    refusal.listener().local(),
                    refusal.client().pid());
        }
    }

    private static final class Client {
        private final UnixRefusal first;
        private long connects;
        private long lastNs;

        Client(UnixRefusal first) {
            this.first = first;
        }

        void add(UnixRefusal refusal) {
            connects++;
            lastNs = refusal.timeNs();
        }

        boolean isDue(long nowNs) {
            return nowNs - lastNs >= QUIET_NS || nowNs - first.timeNs() >= LONGEST_NS;
        }
    }

    /**
     * @param sockets knows the listeners to select, and finds listeners by their names; null to select all listeners,
     *     which requires hooks that identify the listener of each refusal
     * @param shown whether clients are reported in addition to their refusals
     */
    public RefusedUnixClients(@Nullable ListenerHolders sockets, boolean shown) {
        this.sockets = sockets;
        this.shown = shown;
    }

    /** Adds a socket for which a target has called listen(). */
    void listening(UnixRefusal socket) {
        if (sockets != null) {
            sockets.add(
                    socket.listener(),
                    socket.netns(),
                    socket.mntns(),
                    socket.client().pid(),
                    socket.timeNs());
        }
    }

    /** Notes that a target has ended. */
    void exited(ProcessExit exit) {
        if (sockets != null) {
            sockets.exited(exit.tgid(), exit.exitNs());
        }
    }

    /** Notes that a listener has been closed. */
    void closed(Closing closing) {
        if (sockets != null) {
            KernelSocket socket = closing.listener().socket();
            sockets.closed(socket == null ? 0 : socket.inode(), closing.endedNs());
        }
    }

    void add(UnixRefusal refusal, Receiver to) {
        assignKnown(to);
        assign(refusal, false, to);
        refresh();
    }

    /**
     * Reports the clients that are due.
     *
     * @param nowNs CLOCK_MONOTONIC; all refusals from before this time must have been added
     */
    void tick(long nowNs, Receiver to) {
        assignKnown(to);
        refresh();
        clients.values().removeIf(client -> {
            boolean due = client.isDue(nowNs);
            if (due) {
                report(client, to);
            }
            return due;
        });
    }

    /** Reports all clients so far, even if more refusals of the same client may follow. */
    void reportAll(Receiver to) {
        assignKnown(to);
        clients.values().forEach(client -> report(client, to));
        clients.clear();
    }

    /** Reports everything that is left at the end of the run. */
    void end(Receiver to) {
        assignKnown(to);
        if (sockets != null && !unassigned.isEmpty()) {
            sockets.takeNow();
        }
        reportAll(to);
    }

    /** Returns the number of refusals for which it will never be known whether a target held the listener. */
    long lost() {
        return lost;
    }

    /** Returns the number of refusals for which it is unknown whether a target held the listener. */
    long unknown() {
        return lost + unassigned.size();
    }

    private void refresh() {
        if (sockets != null && !unassigned.isEmpty()) {
            sockets.refresh();
        }
    }

    /** If there is a new snapshot, tries again to assign the refusals whose listeners or holders were unknown. */
    private void assignKnown(Receiver to) {
        if (sockets == null || sockets.version() == assignedBy) {
            return;
        }
        assignedBy = sockets.version();
        for (int i = unassigned.size(); i > 0; i--) {
            assign(unassigned.remove(), true, to);
        }
    }

    private void keep(UnixRefusal refusal) {
        if (unassigned.size() == MAX_UNASSIGNED) {
            lost++;
        } else {
            unassigned.add(refusal);
        }
    }

    /** {@code isRepeated}: whether the refusal has been kept. */
    private void assign(UnixRefusal refusal, boolean isRepeated, Receiver to) {
        if (sockets == null) {
            take(refusal, to);
        } else if (refusal.knowsListener()) {
            assign(refusal, sockets, to);
        } else {
            find(refusal, isRepeated, sockets, to);
        }
    }

    private void find(UnixRefusal refusal, boolean isRepeated, ListenerHolders among, Receiver to) {
        ListenerHolders.Named found =
                among.named(refusal.listener().local(), refusal.netns(), refusal.mntns(), refusal.timeNs(), isRepeated);
        if (found.socket() != null) {
            assign(refusal.by(found.socket()), among, to);
        } else if (found.validity() == ListenerHolders.Validity.UNTIL_SNAPSHOT) {
            keep(refusal);
        } else {
            lost++;
        }
    }

    private void assign(UnixRefusal refusal, ListenerHolders among, Receiver to) {
        ListenerHolders.Holder holder = among.holder(refusal.listener().inode(), refusal.timeNs());
        if (holder == ListenerHolders.Holder.TARGET) {
            take(refusal, to);
        } else if (holder == ListenerHolders.Holder.UNKNOWN) {
            keep(refusal);
        } else if (holder != ListenerHolders.Holder.OTHER) {
            lost++;
        }
    }

    private void take(UnixRefusal refusal, Receiver to) {
        clients.computeIfAbsent(Key.of(refusal), key -> new Client(refusal)).add(refusal);
        to.refusal(refusal);
        evicted.forEach(client -> report(client, to));
        evicted.clear();
    }

    private void report(Client client, Receiver to) {
        if (shown) {
            to.client(new RefusedUnixClient(client.first, client.connects, client.lastNs));
        }
    }
}
