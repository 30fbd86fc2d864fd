package accept4trace.queue;

import accept4trace.capture.CaptureException;
import accept4trace.capture.Snapshots;
import accept4trace.event.ListenerHolder;
import accept4trace.event.ThreadState;
import accept4trace.queue.QueueReport.Threads;
import accept4trace.text.Errno;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.IntPredicate;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Takes a snapshot of the targets' accept queues every second, and a last one at the end. Snapshots are taken in the
 * background. Except for the first and the last one, they take at most a fiftieth of the time.
 */
public final class QueueSampler {
    private static final long PERIOD_NS = 1_000_000_000;
    /**
     * The pause after a snapshot is this many times as long as the snapshot took. After the first one, it is at most
     * {@link #PERIOD_NS}, because that snapshot takes longer: the JVM still loads classes.
     */
    private static final int PAUSE_FACTOR = 50;
    /**
     * The maximum wait for the last snapshot. Includes the wait for the end of any other snapshot that is in progress.
     * The first snapshot can take seconds on a busy or emulated machine.
     */
    private static final long LAST_TIMEOUT_MS = 10_000;

    private static final int MAX_THREADS = 10_000;

    private final Snapshots snapshots;
    private final IntPredicate isTarget;
    private final TraceSelection selection;
    private final Consumer<String> notice;
    private final Executor background;
    private final LongSupplier clock;

    private final long firstNs;

    /**
     * While {@link #running} is true, only the background thread writes dueNs, running and latest. Otherwise, only the
     * caller of tick() writes them.
     */
    private volatile long dueNs;

    private volatile boolean running;
    private boolean periodic = true;
    /** Whether a snapshot from the end of the trace can be taken. */
    private BooleanSupplier hasLast = () -> true;
    /** Whether the snapshots during the trace contain the threads of the targets. */
    private volatile boolean withThreads;

    private volatile @Nullable QueueReport latest;
    private boolean failureReported;
    private final QueueHistory history = new QueueHistory();
    /** The targets that held a listener in the latest snapshot. */
    private Set<Integer> known = Set.of();

    /**
     * @param isTarget whether a process is traced or, after the end of the trace, was traced until then
     * @param selection selects listeners and their holders
     * @param notice receives the reason when a snapshot fails for the first time, except for the last snapshot. Called
     *     by any thread
     * @param background runs one task at a time
     * @param clock CLOCK_MONOTONIC, in nanoseconds
     */
    public QueueSampler(
            Snapshots snapshots,
            IntPredicate isTarget,
            TraceSelection selection,
            Consumer<String> notice,
            Executor background,
            LongSupplier clock) {
        this.snapshots = snapshots;
        this.isTarget = isTarget;
        this.selection = selection;
        this.notice = notice;
        this.background = background;
        this.clock = clock;
        this.firstNs = clock.getAsLong();
        this.dueNs = firstNs;
    }

    /**
     * Creates a sampler that takes a snapshot only when {@link #takeNow} is called, and at the end if possible.
     *
     * @param hasLast whether {@code snapshots} can take one from the end of the trace. If not, {@link #last} reports
     *     the latest one
     * @param isTarget whether a process is traced at the time of the latest snapshot
     */
    public static QueueSampler onDemand(
            Snapshots snapshots,
            BooleanSupplier hasLast,
            IntPredicate isTarget,
            TraceSelection selection,
            Consumer<String> notice,
            LongSupplier clock) {
        QueueSampler sampler = new QueueSampler(snapshots, isTarget, selection, notice, Runnable::run, clock);
        sampler.periodic = false;
        sampler.hasLast = hasLast;
        return sampler;
    }

    /** Takes a snapshot. */
    public void takeNow() {
        takeNext();
    }

    /** From now on, each snapshot contains the threads of all targets that hold a listener. */
    public void includeThreads() {
        withThreads = true;
    }

    /** Returns the time until the next snapshot is due, in nanoseconds. */
    public long remainingNs(long nowNs) {
        return running || !periodic ? Long.MAX_VALUE : Math.max(0, dueNs - nowNs);
    }

    /** Begins a snapshot if one is due. Never blocks. Only one thread may call this. */
    public void tick(long nowNs) {
        if (remainingNs(nowNs) > 0) {
            return;
        }
        running = true;
        try {
            background.execute(this::takeNext);
        } catch (RejectedExecutionException e) {
            latest = failed("no thread can be started");
            dueNs = nowNs + PERIOD_NS;
            running = false;
        }
    }

    /** Takes a snapshot. If it fails, the queues become unknown, because older ones must not be shown as current. */
    private void takeNext() {
        long startNs = clock.getAsLong();
        boolean first = latest == null;
        QueueReport taken = null;
        try {
            Map<Integer, Boolean> asked = new HashMap<>();
            Snapshot snapshot = take(tgid -> asked.computeIfAbsent(tgid, isTarget::test));
            history.add(snapshot);
            asked.values().removeIf(target -> !target);
            known = asked.keySet();
            taken = report(snapshot, withThreads ? threads(snapshots, asked::containsKey) : Threads.NONE);
        } catch (CaptureException e) {
            taken = failed(why(e));
        } catch (RuntimeException | Error e) {
            taken = failed(String.valueOf(e));
        } finally {
            latest = taken;
            long endNs = clock.getAsLong();
            if (periodic) {
                long pauseNs = PAUSE_FACTOR * (endNs - startNs);
                dueNs = Math.max(startNs + PERIOD_NS, endNs + (first ? Math.min(pauseNs, PERIOD_NS) : pauseNs));
            }
            running = false;
        }
    }

    private QueueReport failed(String why) {
        if (!failureReported) {
            failureReported = true;
            notice.accept("a snapshot of the accept queues has failed: " + why);
        }
        return QueueReport.unknown(why);
    }

    private Snapshot take(IntPredicate tgids) throws CaptureException {
        Snapshot snapshot = Snapshot.ofHeads(selection.now(tgids));
        snapshots.take(snapshot::add);
        return snapshot;
    }

    private QueueReport report(Snapshot snapshot, Threads threads) {
        long watchedNs = Math.max(0, clock.getAsLong() - firstNs);
        return new QueueReport(states(snapshot, threads.list()), threads, watchedNs, snapshot.forgotten(), null);
    }

    /**
     * Returns what the latest snapshot shows, without threads unless they are included. The snapshot is up to a second
     * old, or more if snapshots take long. Returns null if there is none yet.
     */
    public @Nullable QueueReport latest() {
        return latest;
    }

    /**
     * Takes the last snapshot, waits for it, and reports what all snapshots show. Call this after the trace. If a
     * recording is not played to its end, the report is that of the latest snapshot.
     */
    public QueueReport last() {
        CompletableFuture<QueueReport> report = new CompletableFuture<>();
        try {
            background.execute(() -> report.complete(takeLast()));
            return report.get(LAST_TIMEOUT_MS, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException | ExecutionException e) {
            return QueueReport.unknown("no thread can be started");
        } catch (TimeoutException e) {
            return QueueReport.unknown("a snapshot takes too long");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return QueueReport.unknown("interrupted");
        }
    }

    private QueueReport takeLast() {
        if (!hasLast.getAsBoolean()) {
            return latestAsLast();
        }
        try {
            Set<Integer> holders = new HashSet<>();
            Snapshot snapshot = take(tgid -> {
                boolean target = isTarget.test(tgid);
                if (target) {
                    holders.add(tgid);
                }
                return target;
            });
            known = holders;
            history.add(snapshot);
            return report(snapshot, threads(snapshot.queues()));
        } catch (CaptureException e) {
            return QueueReport.unknown(why(e));
        } catch (RuntimeException | Error e) {
            return QueueReport.unknown(String.valueOf(e));
        }
    }

    /** Returns the report of the latest snapshot, with threads only if a queue {@link #needsThreads}. */
    private QueueReport latestAsLast() {
        QueueReport report = latest;
        if (report == null) {
            return QueueReport.unknown("no snapshot was recorded");
        }
        boolean needsThreads = report.queues().stream().anyMatch(state -> needsThreads(state.queue()));
        return needsThreads || report.failure() != null
                ? report
                : new QueueReport(report.queues(), Threads.NONE, report.watchedNs(), report.forgotten(), null);
    }

    /** Returns the reason of a failure as text. */
    public static String why(CaptureException e) {
        return e.errno() == 0 ? e.detail() : Errno.message(e.errno());
    }

    private List<QueueState> states(Snapshot snapshot, List<ThreadState> threads) {
        return snapshot.queues().stream().map(queue -> state(queue, threads)).toList();
    }

    private QueueState state(ListenerQueue queue, List<ThreadState> threads) {
        List<ListenerHolder> targets = queue.holders().stream()
                .filter(holder -> known.contains(holder.tgid()))
                .toList();
        return new QueueState(
                queue,
                targets,
                Math.max(history.unchangedNs(queue), Math.min(queue.oldestNs(), asleepNs(queue, threads))));
    }

    /** Returns for how many nanoseconds no thread of any holder has run; -1 if that is unknown. */
    public static long asleepNs(ListenerQueue queue, List<ThreadState> threads) {
        Set<Integer> tgids = tgids(queue);
        List<ThreadState> own =
                threads.stream().filter(thread -> tgids.contains(thread.tgid())).toList();
        boolean complete = queue.holderCount() == queue.holders().size()
                && tgids.stream().allMatch(tgid -> own.stream().anyMatch(thread -> thread.tgid() == tgid));
        return complete ? own.stream().mapToLong(ThreadState::offCpuNs).min().orElse(-1) : -1;
    }

    private static Set<Integer> tgids(ListenerQueue queue) {
        return queue.holders().stream().map(ListenerHolder::tgid).collect(Collectors.toSet());
    }

    /** Returns whether a connection has waited for a second in a queue, or may have. */
    private static boolean needsThreads(ListenerQueue queue) {
        return queue.oldestNs() >= PERIOD_NS || queue.isUnknown();
    }

    /** Returns the threads of all processes that hold a queue that {@link #needsThreads}. */
    private Threads threads(List<ListenerQueue> queues) {
        Set<Integer> tgids = new HashSet<>();
        for (ListenerQueue queue : queues) {
            if (needsThreads(queue)) {
                tgids.addAll(tgids(queue));
            }
        }
        return tgids.isEmpty() ? Threads.NONE : threads(snapshots, tgids::contains);
    }

    /** Takes a snapshot of the threads of some processes. If this fails, the threads are unknown. */
    public static Threads threads(Snapshots snapshots, IntPredicate tgids) {
        List<ThreadState> threads = new ArrayList<>();
        try {
            snapshots.takeThreads(tgids, threads::add);
        } catch (CaptureException e) {
            return new Threads(List.of(), why(e));
        } catch (RuntimeException e) {
            return new Threads(List.of(), String.valueOf(e));
        }
        /* An incomplete list could not prove that all threads sleep. */
        return threads.size() > MAX_THREADS ? new Threads(List.of(), "there are too many") : new Threads(threads, null);
    }
}
