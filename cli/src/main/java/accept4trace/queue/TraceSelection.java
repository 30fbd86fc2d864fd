package accept4trace.queue;

import accept4trace.capture.CallFilter;
import accept4trace.capture.CallFilter.CallerFilter;
import accept4trace.capture.CaptureException;
import accept4trace.event.ListenerHolder;
import accept4trace.proc.CgroupFolder;
import accept4trace.proc.Processes;
import accept4trace.proc.UnreadableException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Applies a trace's filters to snapshots: the filters for listeners, and the filters for the processes that hold them.
 */
public final class TraceSelection {
    private final CallFilter filter;
    private final Processes processes;
    /** Null without a filter for cgroups, or if the processes of the cgroup are unknown. */
    private final @Nullable CgroupFolder cgroup;
    /** Why the processes of the cgroup are unknown. */
    private final String unknown;

    public TraceSelection(CallFilter filter, Processes processes) {
        this(filter, processes, folder(filter, processes), "the folder of the cgroup is not found");
    }

    private TraceSelection(CallFilter filter, Processes processes, @Nullable CgroupFolder cgroup, String unknown) {
        this.filter = filter;
        this.processes = processes;
        this.cgroup = cgroup;
        this.unknown = unknown;
    }

    /** Returns filters for recorded snapshots, to which the processes and cgroups of this machine do not matter. */
    public static TraceSelection ofRecording(CallFilter filter) {
        Processes none = new Processes(Path.of("/dev/null"));
        return new TraceSelection(filter, none, null, "the cgroups of the holders are not recorded");
    }

    private static @Nullable CgroupFolder folder(CallFilter filter, Processes processes) {
        String name = filter.caller().cgroup();
        return name == null ? null : CgroupFolder.find(name, processes);
    }

    public CallFilter filter() {
        return filter;
    }

    /**
     * Returns which queues the next snapshot shows.
     *
     * @param tgids further restricts the holders
     * @throws CaptureException if the processes of the cgroup are unknown
     */
    public QueueSelection now(IntPredicate tgids) throws CaptureException {
        Predicate<ListenerHolder> callers = callers();
        return new QueueSelection(
                holder -> callers.test(holder) && tgids.test(holder.tgid()), filter.listener(), -1, List.of());
    }

    /**
     * Returns a test for processes whose calls would pass the filters for callers now.
     *
     * @throws CaptureException if the processes of the cgroup are unknown
     */
    public Predicate<ListenerHolder> callers() throws CaptureException {
        CallerFilter callers = filter.caller();
        Integer uid = callers.uid();
        List<byte[]> comms = comms();
        Set<Integer> members = callers.cgroup() == null ? null : members();
        Map<Integer, Boolean> named = new HashMap<>();
        return holder -> (uid == null || uid == holder.uid())
                && (members == null || members.contains(holder.tgid()))
                && (comms.isEmpty() || named.computeIfAbsent(holder.tgid(), tgid -> hasName(holder, comms)));
    }

    /** Returns the names that select callers, as raw bytes; empty if any name matches. */
    public List<byte[]> comms() {
        return QueueSelection.comms(filter.caller().comms());
    }

    private Set<Integer> members() throws CaptureException {
        if (cgroup == null) {
            throw new CaptureException("find the processes of the cgroup", 0, unknown);
        }
        try {
            return cgroup.tgids();
        } catch (UnreadableException e) {
            throw new CaptureException("find the processes of the cgroup", 0, e.getMessage());
        }
    }

    /** Returns whether a process or a thread of it has a wanted name, like has_wanted_comm() in bpf/filter.bpf.h. */
    private boolean hasName(ListenerHolder holder, List<byte[]> comms) {
        if (QueueSelection.isIn(comms, holder.comm())) {
            return true;
        }
        int tgid = holder.tgid();
        return processes.threads(tgid).stream()
                .anyMatch(tid -> tid != tgid && QueueSelection.isIn(comms, processes.comm(tid)));
    }
}
