package accept4trace.app;

import accept4trace.capture.jna.Kernel;
import accept4trace.event.CallStack;
import accept4trace.event.OpenFile;
import accept4trace.event.UserStack;
import accept4trace.format.ProcessDetails;
import accept4trace.proc.Processes;
import java.util.HashMap;
import java.util.Map;

/** Details of the processes of this machine. */
final class KernelDetails implements ProcessDetails {
    private final Kernel kernel;
    private final Processes processes;
    private final CallStacks stacks;
    private final Map<Long, byte[]> cgroups = new HashMap<>();

    /** {@code stacks}: null where none are wanted. */
    KernelDetails(Kernel kernel, Processes processes, CallStacks stacks) {
        this.kernel = kernel;
        this.processes = processes;
        this.stacks = stacks;
    }

    @Override
    public OpenFile openFile(int tgid, int fd, long inode) {
        return kernel.openFile(tgid, fd, inode);
    }

    /** A process seldom changes its cgroup, and a cgroup never its path. */
    @Override
    public byte[] cgroup(int tgid, long id) {
        return cgroups.computeIfAbsent(id, key -> processes.cgroup(tgid));
    }

    @Override
    public CallStack stack(int tgid, UserStack stack) {
        return stacks.of(tgid, stack);
    }
}
