package accept4trace.targets;

import accept4trace.capture.CallFilter;
import accept4trace.capture.CallFilter.Call;
import accept4trace.capture.CaptureException;
import accept4trace.capture.Snapshots;
import accept4trace.diagnose.ServerFacts;
import accept4trace.diagnose.StuckListeners;
import accept4trace.event.BlockingCall;
import accept4trace.event.ListenerHolder;
import accept4trace.event.ThreadState;
import accept4trace.format.Names;
import accept4trace.proc.Processes;
import accept4trace.proc.UnreadableException;
import accept4trace.queue.ListenerQueue;
import accept4trace.queue.QueueSelection;
import accept4trace.queue.QueueState;
import accept4trace.queue.Snapshot;
import accept4trace.text.Errno;
import accept4trace.text.Units;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Examines the accept queues and the processes that hold them to find a reason why no call of the targets is seen. */
final class SilenceHint {
    private static final String IO_URING = "anon_inode:[io_uring]";
    private static final String JAVA = "libjvm.so";
    private static final int SHOWN = 3;

    private final List<Integer> named;
    private final Processes processes;
    private final Tools tools;
    private final boolean follow;
    private final CallFilter filter;

    /** Filled in by {@link #look}. */
    private List<ListenerQueue> queues = List.of();

    private List<ThreadState> threads = List.of();
    private final Set<Integer> descendants = new LinkedHashSet<>();

    /**
     * What the hint is derived from.
     *
     * @param snapshots takes snapshots of the machine
     * @param facts what /proc shows about a server
     */
    record Tools(Snapshots snapshots, ServerFacts facts) {}

    /**
     * @param named the traced processes
     * @param follow children are traced, too
     * @param filter the filter of the trace, which may have removed calls
     */
    SilenceHint(List<Integer> named, Processes processes, Tools tools, boolean follow, CallFilter filter) {
        this.named = named;
        this.processes = processes;
        this.tools = tools;
        this.follow = follow;
        this.filter = filter;
    }

    /** Returns one line. */
    String get() {
        try {
            look();
        } catch (CaptureException e) {
            return "no call yet, and the listeners are unknown: "
                    + (e.errno() == 0 ? e.detail() : Errno.message(e.errno()));
        }
        return queues.isEmpty() ? "no call yet: " + withoutListener() : ofListeners();
    }

    private void look() throws CaptureException {
        named.forEach(this::addDescendants);
        Snapshot snapshot = Snapshot.ofHeads(new QueueSelection(
                holder -> named.contains(holder.tgid()) || descendants.contains(holder.tgid()),
                CallFilter.NONE.listener(),
                -1));
        tools.snapshots.take(snapshot::add);
        queues = snapshot.queues();
        Set<Integer> holders = queues.stream()
                .flatMap(queue -> queue.holders().stream())
                .map(ListenerHolder::tgid)
                .collect(Collectors.toSet());
        List<ThreadState> found = new ArrayList<>();
        tools.snapshots.takeThreads(tgid -> holders.contains(tgid) || named.contains(tgid), found::add);
        threads = found;
    }

    private void addDescendants(int tgid) {
        for (int child : processes.children(tgid)) {
            if (!named.contains(child) && descendants.add(child)) {
                addDescendants(child);
            }
        }
    }

    private boolean isTraced(int tgid) {
        return named.contains(tgid) || (follow && descendants.contains(tgid));
    }

    private String withoutListener() {
        String who = Units.firstOf(named.stream().map(String::valueOf).toList(), SHOWN);
        return who + (named.size() == 1 ? " has" : " have") + " no listening socket";
    }

    /** Describes the first queue, because queues with waiting connections come first. */
    private String ofListeners() {
        ListenerQueue queue = queues.get(0);
        Map<Integer, String> others = others(queue);
        if (queue.waiting() > 0) {
            String rest = others.isEmpty()
                    ? StuckListeners.describe(state(queue), threads, tools.facts)
                    : StuckListeners.waiting(queue) + "; " + mayAccept(others);
            return "no call yet on " + Names.boundAddress(queue.socket()) + ": " + rest;
        }
        String unseen = unseenCalls();
        if (!unseen.isEmpty()) {
            return "no call yet: " + unseen;
        }
        return "no call yet: " + (others.isEmpty() ? ofIdleListener(queue) : mayAccept(others));
    }

    private QueueState state(ListenerQueue queue) {
        List<ListenerHolder> traced = queue.holders().stream()
                .filter(holder -> isTraced(holder.tgid()))
                .toList();
        return new QueueState(queue, traced, -1);
    }

    /** Returns the names of the holders that are not traced, by process id. */
    private Map<Integer, String> others(ListenerQueue queue) {
        Map<Integer, String> others = new TreeMap<>();
        for (ListenerHolder holder : queue.holders()) {
            if (!isTraced(holder.tgid())) {
                others.put(holder.tgid(), Names.comm(holder.comm()) + "[" + holder.tgid() + "]");
            }
        }
        return others;
    }

    private String mayAccept(Map<Integer, String> others) {
        String ids = others.keySet().stream().limit(SHOWN).map(String::valueOf).collect(Collectors.joining(","));
        boolean children = descendants.containsAll(others.keySet());
        return Units.firstOf(others.values(), SHOWN) + (others.size() == 1 ? " holds" : " hold")
                + " the same listener and may accept instead; try " + (children ? "-f, or -p " : "-p ") + ids;
    }

    /** Returns why calls of the holders may be invisible; empty if there is no reason. */
    private String unseenCalls() {
        Map<Integer, Integer> holders = new HashMap<>();
        queues.forEach(queue -> queue.holders().forEach(holder -> holders.put(holder.tgid(), holder.tgid())));
        for (int tgid : holders.keySet()) {
            if (isTraced(tgid)) {
                String reason = unseenCalls(tgid);
                if (!reason.isEmpty()) {
                    return reason;
                }
            }
        }
        return "";
    }

    private String unseenCalls(int tgid) {
        if (!traced(Call.ACCEPT) && isIn(BlockingCall.ACCEPT, List.of(tgid))) {
            return tgid + " waits in accept(2), another system call; try -e trace=accept";
        }
        if (!traced(Call.IO_URING) && usesIoUring(tgid)) {
            return tgid + " uses io_uring, whose accepts are not system calls; try -e trace=io_uring";
        }
        if (!traced(Call.ACCEPT) && processes.hasMapped(tgid, JAVA)) {
            return tgid + " runs Java, whose servers call accept(2), another system call; try -e trace=accept";
        }
        return "";
    }

    private boolean isIn(BlockingCall call, Collection<Integer> tgids) {
        return threads.stream()
                .anyMatch(thread -> tgids.contains(thread.tgid())
                        && thread.call() != null
                        && thread.call().known() == call);
    }

    private boolean usesIoUring(int tgid) {
        try {
            return processes.holds(tgid, IO_URING::equals);
        } catch (UnreadableException e) {
            return false;
        }
    }

    /** Says that nobody has connected, but only if the trace would have shown the accepts of the holders. */
    private String ofIdleListener(ListenerQueue queue) {
        List<Integer> tgids =
                queue.holders().stream().map(ListenerHolder::tgid).distinct().toList();
        String who = tgids.get(0) + " listens";
        if (filter.isNarrow()) {
            return who + ", but no call has matched the filters";
        }
        boolean seesAll = traced(Call.ACCEPT4) && traced(Call.ACCEPT);
        boolean waits = (traced(Call.ACCEPT4) && isIn(BlockingCall.ACCEPT4, tgids))
                || (traced(Call.ACCEPT) && isIn(BlockingCall.ACCEPT, tgids));
        return seesAll || waits
                ? who + ", but nobody has connected"
                : who + ", and nobody waits now; it may accept by a call that is not traced: try"
                        + " -e trace=accept4,accept";
    }

    private boolean traced(Call call) {
        return filter.calls().contains(call);
    }
}
