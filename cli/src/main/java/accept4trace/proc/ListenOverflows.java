package accept4trace.proc;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Measures the growth of the kernel's counter ListenOverflows. Each network namespace has one. It counts the connection
 * attempts that were refused because an accept queue was full
 * (LINUX_MIB_LISTENOVERFLOWS in net/ipv4/tcp_input.c and tcp_ipv4.c).
 */
public final class ListenOverflows {
    public static final long UNKNOWN = -1;

    /** Bounds the memory to about half a megabyte. */
    private static final int MAX_NAMESPACES = 8192;

    private final Processes processes;
    private final Counters before;
    private @Nullable Counters after;

    /**
     * The counters at one time.
     *
     * @param byNamespace by inode of the namespace; UNKNOWN if the counter is unreadable
     * @param complete whether the namespaces of all processes were found
     */
    private record Counters(Map<Long, Long> byNamespace, boolean complete) {}

    /** Reads the counters of all network namespaces. */
    public ListenOverflows(Processes processes) {
        this.processes = processes;
        this.before = read();
    }

    /**
     * Returns the growth in a network namespace from the creation of this object to the first call of this method;
     * {@link #UNKNOWN} if the counter is unreadable, or if no process is known to use the namespace at that call.
     *
     * @param namespace inode
     */
    public long growth(long namespace) {
        if (after == null) {
            after = read();
        }
        long now = after.byNamespace().getOrDefault(namespace, UNKNOWN);
        /* The counter of a new namespace begins at 0. */
        long then = before.byNamespace().getOrDefault(namespace, before.complete() ? 0 : UNKNOWN);
        return now == UNKNOWN || then == UNKNOWN ? UNKNOWN : now - then;
    }

    private Counters read() {
        Map<Long, Long> counters = new HashMap<>();
        boolean complete = true;
        for (int tgid : processes.all()) {
            long namespace = processes.networkNamespace(tgid);
            if (namespace == 0 || counters.size() >= MAX_NAMESPACES) {
                complete &= processes.hasEnded(tgid);
            } else if (counters.getOrDefault(namespace, UNKNOWN) == UNKNOWN) {
                counters.put(namespace, processes.listenOverflows(tgid));
            }
        }
        return new Counters(counters, complete);
    }
}
