package accept4trace.queue;

import accept4trace.bounded.BoundedMap;
import accept4trace.capture.CaptureException;
import accept4trace.capture.Snapshots;
import accept4trace.event.Endpoint;
import accept4trace.event.KernelSocket;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.IntPredicate;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Knows the inodes of the listening sockets that the targets hold. Learns them from snapshots, which are taken in the
 * background, and from records of listen(). Only one thread at a time may call the methods.
 */
public final class HeldSockets implements ListenerHolders {
    private static final long PERIOD_NS = 1_000_000_000;
    /** A snapshot is followed by a pause that is this many times as long. */
    private static final int PAUSE_FACTOR = 50;
    /** The maximum wait for a snapshot. Includes the wait for the end of any other snapshot that is in progress. */
    private static final long TIMEOUT_MS = 5000;

    /** About 100 bytes each. */
    private static final int MAX_SOCKETS = 10_000;
    /** The maximum number of inodes to keep from a snapshot, each for targets and for others. About 60 bytes each. */
    static final int MAX_INODES = 20_000;

    private final Snapshots snapshots;
    private final IntPredicate isTarget;
    private final TraceSelection selection;
    private final Executor background;
    private final LongSupplier clock;

    /** The sockets that a target has ever held. Entries stay valid, because inodes are not reused soon. */
    private final Map<Long, Boolean> held = new BoundedMap<>(MAX_SOCKETS);

    private volatile Taken latest = new Taken(Long.MIN_VALUE, Set.of(), Set.of(), Set.of(), true);
    /** Whether the first snapshot has failed. Then, the sockets that targets had at the beginning are unknown. */
    private volatile boolean incomplete;

    /** Null if the hooks identify every listener. */
    private final @Nullable NamedListeners named;

    private volatile boolean running;
    private volatile long dueNs = Long.MIN_VALUE;

    /**
     * A snapshot.
     *
     * @param beganNs CLOCK_MONOTONIC
     * @param held sockets that targets hold
     * @param heldBefore sockets that targets held in earlier snapshots, about 60 bytes each
     * @param others other sockets; only known if {@link #incomplete}
     * @param isAll false if there was no room for some sockets
     */
    private record Taken(long beganNs, Set<Long> held, Set<Long> heldBefore, Set<Long> others, boolean isAll) {
        boolean showsTarget(long inode) {
            return held.contains(inode) || heldBefore.contains(inode);
        }

        /** Returns all sockets that targets have held, or only those of this snapshot if there are too many. */
        Set<Long> heldSoFar() {
            Set<Long> all = new HashSet<>(held);
            all.addAll(heldBefore);
            return all.size() > MAX_INODES ? held : all;
        }
    }

    /**
     * @param isTarget whether a process is traced or, after the end of the trace, was traced until then
     * @param selection selects listeners and their holders
     * @param background runs one task at a time
     * @param clock CLOCK_MONOTONIC, in nanoseconds
     * @param byName whether to store the names of AF_UNIX listeners. If not, {@link #named} returns NEVER
     */
    public HeldSockets(
            Snapshots snapshots,
            IntPredicate isTarget,
            TraceSelection selection,
            Executor background,
            LongSupplier clock,
            boolean byName) {
        this.snapshots = snapshots;
        this.isTarget = isTarget;
        this.selection = selection;
        this.background = background;
        this.clock = clock;
        this.named = byName ? new NamedListeners() : null;
    }

    @Override
    public void add(long inode) {
        held.put(inode, true);
    }

    @Override
    public long version() {
        return latest.beganNs();
    }

    @Override
    public void add(KernelSocket socket, long netns, long mntns, int tgid, long atNs) {
        add(socket.inode());
        UnixPlace place = UnixPlace.of(socket.local(), netns, mntns);
        if (place != null && named != null) {
            named.add(place, socket, tgid, atNs);
        }
    }

    @Override
    public Holder holder(long inode, long atNs) {
        Taken taken = latest;
        if (taken.showsTarget(inode)) {
            add(inode);
        }
        if (held.containsKey(inode)) {
            return Holder.TARGET;
        }
        if (taken.beganNs() < atNs) {
            return Holder.UNKNOWN;
        }
        if (taken.others().contains(inode)) {
            return Holder.OTHER;
        }
        if (!taken.isAll()) {
            return Holder.UNKNOWN;
        }
        return incomplete ? Holder.NOBODY : Holder.OTHER;
    }

    @Override
    public Named named(Endpoint name, long netns, long mntns, long atNs, boolean isRepeated) {
        UnixPlace place = UnixPlace.of(name, netns, mntns);
        return place == null || named == null ? Named.NEVER : named.find(place, atNs);
    }

    @Override
    public void exited(int tgid, long atNs) {
        if (named != null) {
            named.exited(tgid, atNs);
        }
    }

    @Override
    public void closed(long inode, long atNs) {
        if (named != null) {
            named.closed(inode, atNs);
        }
    }

    @Override
    public void refresh() {
        if (running || clock.getAsLong() < dueNs) {
            return;
        }
        running = true;
        try {
            background.execute(this::takeNext);
        } catch (RejectedExecutionException e) {
            noteFailure();
            running = false;
        }
    }

    @Override
    public void takeNow() {
        CompletableFuture<Void> end = new CompletableFuture<>();
        try {
            background.execute(() -> {
                takeNext();
                end.complete(null);
            });
            end.get(TIMEOUT_MS, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            noteFailure();
        } catch (ExecutionException | TimeoutException e) {
            /* The holders stay unknown. */
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void takeNext() {
        long beganNs = clock.getAsLong();
        Taken taken = null;
        NamedListeners.Snapshot names = new NamedListeners.Snapshot(beganNs);
        try {
            taken = take(beganNs, names);
        } catch (CaptureException | RuntimeException e) {
            /* The holders stay unknown. */
        } finally {
            long endNs = clock.getAsLong();
            dueNs = Math.max(beganNs + PERIOD_NS, endNs + PAUSE_FACTOR * (endNs - beganNs));
            if (taken == null) {
                noteFailure();
            } else {
                if (named != null) {
                    named.add(names, dueNs);
                }
                latest = taken;
            }
            running = false;
        }
    }

    private void noteFailure() {
        incomplete |= latest.beganNs() == Long.MIN_VALUE;
    }

    private Taken take(long beganNs, NamedListeners.Snapshot names) throws CaptureException {
        Map<Integer, Boolean> asked = new HashMap<>();
        QueueSelection wanted = selection.now(tgid -> asked.computeIfAbsent(tgid, isTarget::test));
        Set<Long> ours = new HashSet<>();
        Set<Long> others = new HashSet<>();
        boolean[] isAll = {true};
        snapshots.take(record -> {
            boolean isOurs = wanted.selects(record.holder());
            if (named != null) {
                names.add(record, isOurs);
            }
            if (isOurs || incomplete) {
                isAll[0] &= addInode(isOurs ? ours : others, record.socket().inode());
            }
        });
        return new Taken(beganNs, ours, latest.heldSoFar(), others, isAll[0]);
    }

    /** Returns false if there is no room. */
    private static boolean addInode(Set<Long> inodes, long inode) {
        if (inodes.size() < MAX_INODES) {
            inodes.add(inode);
            return true;
        }
        return inodes.contains(inode);
    }
}
