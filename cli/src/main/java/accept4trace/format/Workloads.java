package accept4trace.format;

import accept4trace.bounded.BoundedMap;
import java.util.Map;

/** The workloads of the cgroups seen last. */
public final class Workloads {
    /** At most some 700 bytes each. */
    private static final int MOST = 1024;

    private final ProcessDetails details;
    private final Map<Long, Workload> known = new BoundedMap<>(MOST);

    public Workloads(ProcessDetails details) {
        this.details = details;
    }

    /** Of the cgroup that a process was in. */
    public Workload of(int tgid, long cgroup) {
        Workload workload = known.get(cgroup);
        if (workload != null) {
            return workload;
        }
        byte[] path = details.cgroup(tgid, cgroup);
        workload = Workload.of(path);
        /* A process of it that lives longer may tell. */
        if (path != null) {
            known.put(cgroup, workload);
        }
        return workload;
    }
}
