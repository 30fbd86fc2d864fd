package accept4trace.targets;

import accept4trace.capture.CallFilter;
import accept4trace.capture.CaptureException;
import accept4trace.diagnose.StuckListeners;
import accept4trace.event.ListenerHolder;
import accept4trace.format.Names;
import accept4trace.proc.Processes;
import accept4trace.queue.ListenerQueue;
import accept4trace.queue.QueueReport.Threads;
import accept4trace.queue.QueueSampler;
import accept4trace.queue.QueueSelection;
import accept4trace.queue.QueueState;
import accept4trace.queue.Snapshot;
import accept4trace.targets.UnseenCalls.Reason;
import accept4trace.text.Units;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Finds a reason why no call of the targets is seen. Examines the accept queues, and the processes that hold the
 * listeners. Concludes only what the snapshot and the trace show.
 */
final class SilenceHint {
    private static final String NO_MATCH = "no call has matched the filters";
    /** How long a connection must have waited while all threads slept, so that unseen accepts can be ruled out. */
    private static final long PROOF_NS = Units.SECOND_NS;

    private final SilenceScope scope;
    private final CallFilter filter;
    private final Processes processes;
    private final SilenceTools tools;

    /** The queues whose accepts the trace would show, those with waiting connections first. */
    private List<ListenerQueue> queues = List.of();
    /** Whether the processes have any listener, even one that does not match the filter. */
    private boolean hasListener;
    /** Number of listening sockets that were not examined, because the snapshot had no room for them. */
    private long forgotten;

    private Threads threads = new Threads(List.of(), null);
    private UnseenCalls unseen;

    private SilenceHint(SilenceScope scope, Processes processes, SilenceTools tools) {
        this.scope = scope;
        this.filter = tools.selection().filter();
        this.processes = processes;
        this.tools = tools;
        this.unseen = new UnseenCalls(tools, processes, List.of());
    }

    /**
     * Returns one line about processes that the user has named.
     *
     * @param follow children are traced, too
     */
    static String ofNamed(List<Integer> tgids, boolean follow, Processes processes, SilenceTools tools) {
        return new SilenceHint(new SilenceScope.Named(tgids, follow, processes), processes, tools).get();
    }

    /** Returns one line about the whole machine, or about the part of it that the filters select. */
    static String ofMachine(Processes processes, SilenceTools tools) {
        CallFilter filter = tools.selection().filter();
        boolean any = filter.caller().equals(CallFilter.NONE.caller())
                && filter.listener().equals(CallFilter.NONE.listener());
        try {
            return new SilenceHint(new SilenceScope.Machine(tools.selection().callers(), any), processes, tools).get();
        } catch (CaptureException e) {
            return unknown(e);
        }
    }

    private static String unknown(CaptureException e) {
        return "no call yet, and the listeners are unknown: " + QueueSampler.why(e);
    }

    private String get() {
        try {
            look();
        } catch (CaptureException e) {
            return unknown(e);
        }
        if (!queues.isEmpty()) {
            return "no call yet" + ofListeners();
        }
        return "no call yet: " + (hasListener ? "no listening socket matches the filters" : scope.withoutListener());
    }

    private void look() throws CaptureException {
        Snapshot wanted = Snapshot.ofHeads(new QueueSelection(scope::concerns, filter.listener(), -1, List.of()));
        Snapshot all = Snapshot.ofHeads(new QueueSelection(scope::concerns, CallFilter.NONE.listener(), -1, List.of()));
        tools.snapshots().take(record -> {
            wanted.add(record);
            all.add(record);
        });
        queues = wanted.queues();
        hasListener = !all.queues().isEmpty();
        forgotten = wanted.forgotten();
        Set<Integer> holders = queues.stream()
                .limit(isAnyListener() ? 1 : Long.MAX_VALUE)
                .flatMap(queue -> queue.holders().stream())
                .map(ListenerHolder::tgid)
                .collect(Collectors.toSet());
        threads = QueueSampler.threads(tools.snapshots(), holders::contains);
        unseen = new UnseenCalls(tools, processes, threads.list());
    }

    /**
     * Returns whether the whole machine is traced, without filters for callers or listeners. In this case, the hint
     * describes only one of possibly very many listeners.
     */
    private boolean isAnyListener() {
        return scope instanceof SilenceScope.Machine machine && machine.any();
    }

    private String ofListeners() {
        ListenerQueue queue = queues.get(0);
        if (queue.waiting() > 0) {
            return " on " + Names.boundAddress(queue.socket()) + ": " + ofWaiting(queue) + ofOthersWaiting();
        }
        return ": " + (isAnyListener() ? ofIdleMachine() : ofIdle());
    }

    private String ofWaiting(ListenerQueue queue) {
        Map<Integer, String> others = others(List.of(queue));
        if (!others.isEmpty()) {
            return StuckListeners.waiting(queue) + "; " + mayAccept(others);
        }
        String hidden = hidden(queue);
        List<ListenerHolder> traced = traced(List.of(queue));
        QueueState state = new QueueState(queue, traced, -1);
        String text = StuckListeners.describe(state, threads.list(), tools.facts(), hidden.isEmpty());
        if (threads.failure() != null) {
            text += "; what the threads do is unknown: " + threads.failure();
        }
        return hidden.isEmpty() ? text : text + "; " + hidden;
    }

    /** Returns why accepts from a queue may not be visible; empty if the trace shows all of them. */
    private String hidden(ListenerQueue queue) {
        Reason reason = unseen.of(tgids(traced(List.of(queue))));
        if (!reason.isNone()) {
            return reason.text();
        }
        if (hidesCalls(List.of(queue))) {
            return NO_MATCH;
        }
        return isUnserved(queue) || unseen.otherWays().isEmpty() ? "" : "it may accept " + unseen.otherWays();
    }

    /**
     * Returns whether a connection has waited for long while no thread that holds the queue ran. A long wait is not
     * sufficient, because in an overloaded server, every connection waits long.
     */
    private boolean isUnserved(ListenerQueue queue) {
        return Math.min(queue.oldestNs(), QueueSampler.asleepNs(queue, threads.list())) >= PROOF_NS;
    }

    private String ofOthersWaiting() {
        long others = queues.stream().filter(queue -> queue.waiting() > 0).count() - 1;
        return others == 0
                ? ""
                : "; connections also wait on " + Units.plural(others, "other listener", "other listeners");
    }

    private List<ListenerHolder> traced(Collection<ListenerQueue> of) {
        return of.stream()
                .flatMap(queue -> queue.holders().stream())
                .filter(scope::isTraced)
                .toList();
    }

    private static Set<Integer> tgids(Collection<ListenerHolder> holders) {
        return holders.stream().map(ListenerHolder::tgid).collect(Collectors.toCollection(TreeSet::new));
    }

    /** Finds the first queue with untraced holders, and returns their names by process id. Empty if there is none. */
    private Map<Integer, String> others(Collection<ListenerQueue> of) {
        for (ListenerQueue queue : of) {
            Map<Integer, String> others = new TreeMap<>();
            for (ListenerHolder holder : queue.holders()) {
                if (!scope.isTraced(holder)) {
                    others.put(holder.tgid(), Names.comm(holder.comm()) + "[" + holder.tgid() + "]");
                }
            }
            if (!others.isEmpty()) {
                return others;
            }
        }
        return Map.of();
    }

    private String mayAccept(Map<Integer, String> others) {
        return Units.firstOf(others.values(), SilenceScope.SHOWN) + (others.size() == 1 ? " holds" : " hold")
                + " the same listener and may accept instead" + scope.advice(others);
    }

    /**
     * Returns whether a filter may have removed accepts from these queues. Filters for listeners cannot have removed
     * any, because these queues have passed them. Neither can filters for callers if the whole machine is traced,
     * because the holders of the queues have passed them. The exception is a filter for a name: a process passes it if
     * only one of its threads has the name, and accepts of its other threads are removed.
     */
    private boolean hidesCalls(Collection<ListenerQueue> of) {
        CallFilter queuesOnly =
                new CallFilter(filter.calls(), filter.caller(), filter.listener(), List.of(), Set.of(), 0, 0);
        return !filter.equals(queuesOnly)
                || (scope instanceof SilenceScope.Named && !filter.caller().equals(CallFilter.NONE.caller()))
                || traced(of).stream().anyMatch(this::hasOtherName);
    }

    private boolean hasOtherName(ListenerHolder holder) {
        List<byte[]> comms = tools.selection().comms();
        return !comms.isEmpty() && !QueueSelection.isIn(comms, holder.comm());
    }

    private String ofIdle() {
        Set<Integer> tgids = tgids(traced(queues));
        Reason reason = unseen.of(tgids);
        if (!reason.isNone() && reason.certain()) {
            return reason.text();
        }
        Map<Integer, String> others = others(queues);
        if (!others.isEmpty()) {
            return mayAccept(others);
        }
        String who = listeners(traced(queues));
        if (hidesCalls(queues)) {
            return who + ", but " + NO_MATCH;
        }
        if (!reason.isNone()) {
            return who + ", and nobody waits now; " + reason.text();
        }
        if (forgotten > 0 || queues.stream().anyMatch(queue -> queue.waiting() < 0)) {
            return who + ", but not all of the accept queues are known";
        }
        return unseen.otherWays().isEmpty() || (queues.size() == 1 && unseen.isInTracedCall(tgids))
                ? who + ", but nobody has connected" + ofHandshakes()
                : who + ", and nobody waits now; " + (tgids.size() == 1 ? "it" : "they") + " may accept "
                        + unseen.otherWays();
    }

    /**
     * Describes connections whose handshake is not complete. They are in no accept queue, but a client may already
     * consider its connection complete.
     */
    private String ofHandshakes() {
        long halfOpen = queues.stream()
                .mapToLong(ListenerQueue::halfOpen)
                .filter(count -> count > 0)
                .sum();
        if (halfOpen == 0) {
            return "";
        }
        String handshakes = Units.plural(halfOpen, "handshake is", "handshakes are") + " not complete";
        return queues.stream().anyMatch(queue -> queue.halfOpen() > 0 && queue.defers())
                ? " and sent data; " + handshakes + ", because of TCP_DEFER_ACCEPT if the client has sent nothing yet"
                : "; " + handshakes;
    }

    /** Returns e.g. "nginx[7], nginx[8] listen". */
    private String listeners(Collection<ListenerHolder> holders) {
        Map<Integer, String> names = new TreeMap<>();
        holders.forEach(holder -> names.put(holder.tgid(), scope.name(holder)));
        return Units.firstOf(names.values(), SilenceScope.SHOWN) + (names.size() == 1 ? " listens" : " listen");
    }

    /** Concludes nothing from an empty queue, because there can be other reasons for the silence of a machine. */
    private String ofIdleMachine() {
        long known = queues.stream().filter(queue -> queue.waiting() == 0).count();
        long unknown = queues.size() - known;
        String text =
                known == 1 ? "nobody waits on the only listener" : "nobody waits on any of " + known + " listeners";
        if (known == 0) {
            text = "the accept queues of all listeners are unknown";
        } else if (unknown > 0) {
            text = "nobody waits on " + Units.plural(known, "listener", "listeners") + "; the accept "
                    + (unknown == 1 ? "queue of 1 other is" : "queues of " + unknown + " others are") + " unknown";
        }
        return forgotten == 0
                ? text
                : text + "; " + Units.plural(forgotten, "listening socket", "listening sockets") + " not checked";
    }
}
