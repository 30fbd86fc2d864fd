package accept4trace.detail;

import accept4trace.diagnose.ServerFacts;
import accept4trace.proc.OpenSockets;
import accept4trace.proc.Processes;
import java.util.function.LongSupplier;
import java.util.function.LongUnaryOperator;

/** Reads the facts about servers from /proc. */
public final class ProcServerFacts implements ServerFacts {
    private final LongSupplier machineFileLimit;
    private final Processes processes;
    private final OpenSockets sockets;
    private final LongUnaryOperator overflows;

    /**
     * @param machineFileLimit returns the machine's limit on open files
     * @param overflows returns how many connection attempts were refused in a network namespace since the run began
     */
    public ProcServerFacts(Processes processes, LongSupplier machineFileLimit, LongUnaryOperator overflows) {
        this.machineFileLimit = machineFileLimit;
        this.processes = processes;
        this.sockets = new OpenSockets(processes);
        this.overflows = overflows;
    }

    @Override
    public boolean isReadable(int tgid) {
        return processes.isReadable(tgid);
    }

    @Override
    public int openFlags(int tgid, int fd, long inode) {
        return sockets.flags(tgid, fd, inode);
    }

    @Override
    public boolean isAsleep(int tgid, int tid) {
        return processes.currentSyscall(tgid, tid) >= 0;
    }

    @Override
    public int watchedEvents(int tgid, int epollFd, long inode) {
        return sockets.watchedEvents(tgid, epollFd, inode);
    }

    @Override
    public boolean isRunning(int tgid) {
        return processes.isRunning(tgid);
    }

    @Override
    public boolean hasOneThread(int tgid) {
        return processes.threadCount(tgid) == 1;
    }

    @Override
    public boolean runsOtherPrograms(int tgid) {
        return processes.runsOtherPrograms(tgid);
    }

    @Override
    public long openFileLimit(int tgid) {
        return processes.openFileLimit(tgid);
    }

    @Override
    public long machineFileLimit() {
        return machineFileLimit.getAsLong();
    }

    @Override
    public long overflows(long netns) {
        return overflows.applyAsLong(netns);
    }
}
