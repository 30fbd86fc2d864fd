package accept4trace.format;

import accept4trace.bounded.BoundedMap;
import accept4trace.event.Caller;
import java.util.Map;

/** A bounded LRU cache of the workloads of cgroups. */
public final class Workloads {
    /** Each cached workload takes at most about 700 bytes. */
    private static final int MAX_CACHED = 1024;

    private final ProcessDetails details;
    private final Map<Long, Workload> known = new BoundedMap<>(MAX_CACHED);

    public Workloads(ProcessDetails details) {
        this.details = details;
    }

    /** Returns the workload that the caller's cgroup belongs to. */
    public Workload of(Caller caller) {
        Workload workload = known.get(caller.cgroup());
        if (workload != null) {
            return workload;
        }
        byte[] path = details.cgroup(caller.tgid(), caller.cgroup());
        workload = Workload.of(path);
        /* Do not cache unknown paths. This process may have ended while others of the cgroup still run. */
        if (path != null) {
            known.put(caller.cgroup(), workload);
        }
        return workload;
    }
}
