package accept4trace.detail;

import accept4trace.bounded.BoundedMap;
import accept4trace.capture.OperatingSystem;
import accept4trace.event.CallStack;
import accept4trace.event.OpenFile;
import accept4trace.event.UserStack;
import accept4trace.format.ProcessDetails;
import accept4trace.proc.Processes;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Looks up details of the processes of this machine. */
public final class KernelDetails implements ProcessDetails, AutoCloseable {
    private static final int MAX_CGROUPS = 1024;
    /** The longest cgroup path that is cached, in bytes. */
    private static final int LONGEST_KEPT = 1024;

    private final OperatingSystem system;
    private final Processes processes;
    private final @Nullable CallStacks stacks;
    private final @Nullable HostNames names;
    private final Map<Long, Cgroup> cgroups = new BoundedMap<>(MAX_CGROUPS);

    /** {@code asked}: the process whose cgroup was read. {@code path}: null if this process had ended. */
    private record Cgroup(byte @Nullable [] path, int asked) {}

    /**
     * @param stacks null if no stacks are wanted
     * @param names null if no host names are wanted
     */
    public KernelDetails(
            OperatingSystem system, Processes processes, @Nullable CallStacks stacks, @Nullable HostNames names) {
        this.system = system;
        this.processes = processes;
        this.stacks = stacks;
        this.names = names;
    }

    @Override
    public @Nullable OpenFile openFile(int tgid, int fd, long inode) {
        return system.openFile(tgid, fd, inode);
    }

    /**
     * Caches paths by cgroup id, because a cgroup never changes its path. Reads the path from the process, which rarely
     * moves to another cgroup between its call and this lookup.
     */
    @Override
    public byte @Nullable [] cgroup(int tgid, long id) {
        Cgroup known = cgroups.get(id);
        if (known == null || (known.path == null && known.asked != tgid)) {
            known = new Cgroup(processes.cgroup(tgid), tgid);
            if (known.path == null || known.path.length <= LONGEST_KEPT) {
                cgroups.put(id, known);
            }
        }
        return known.path;
    }

    @Override
    public CallStack stack(int tgid, UserStack stack) {
        return Objects.requireNonNull(stacks).of(tgid, stack);
    }

    @Override
    public byte @Nullable [] interfaceName(int index, long netns) {
        return InterfaceNames.of(index, netns);
    }

    /** Ends the processes that unwind stacks and look up host names. */
    @Override
    public void close() {
        if (stacks != null) {
            stacks.close();
        }
        if (names != null) {
            names.close();
        }
    }

    @Override
    public @Nullable String hostName(byte[] address) {
        return names == null ? null : names.of(address);
    }
}
