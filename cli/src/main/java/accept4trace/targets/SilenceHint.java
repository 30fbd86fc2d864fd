package accept4trace.targets;

import accept4trace.capture.CallFilter;
import accept4trace.capture.CallFilter.Call;
import accept4trace.proc.Listeners;
import accept4trace.proc.Processes;
import accept4trace.proc.UnreadableException;
import accept4trace.text.Printable;
import accept4trace.text.Units;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Finds a reason why no call of the targets is seen. */
final class SilenceHint {
    /** System call numbers of accept(2) by processor. On a processor that is missing here, accept() calls accept4. */
    private static final int ACCEPT_X86_64 = 43;

    private static final int ACCEPT_ARM64 = 202;

    private static final String IO_URING = "anon_inode:[io_uring]";
    private static final String JAVA = "libjvm.so";

    private final List<Integer> tgids;
    private final Processes processes;
    private final boolean follow;
    private final CallFilter filter;
    private final Listeners listeners;
    private final int acceptNumber;

    /** {@code follow}: children are traced, too; {@code filter}: may have removed calls. */
    SilenceHint(List<Integer> tgids, Processes processes, boolean follow, CallFilter filter) {
        this.tgids = tgids;
        this.processes = processes;
        this.follow = follow;
        this.filter = filter;
        this.listeners = new Listeners(processes);
        this.acceptNumber = System.getProperty("os.arch").equals("aarch64") ? ACCEPT_ARM64 : ACCEPT_X86_64;
    }

    /** Returns one line; empty if no reason is known. */
    String get() {
        try {
            for (int tgid : tgids) {
                String reason = reason(tgid);
                if (!reason.isEmpty()) {
                    return "no call yet: " + reason;
                }
            }
            return "";
        } catch (UnreadableException e) {
            return "no call yet, and the listeners are unknown: " + Printable.ascii(e.getMessage());
        }
    }

    private String reason(int tgid) throws UnreadableException {
        if (!traced(Call.ACCEPT) && callsAccept(tgid)) {
            return tgid + " waits in accept(2), another system call; try -e trace=accept";
        }
        if (!traced(Call.IO_URING) && processes.holds(tgid, IO_URING::equals)) {
            return tgid + " uses io_uring, whose accepts are not system calls; try -e trace=io_uring";
        }
        List<Integer> holders = holdersAmong(processes.children(tgid));
        if (!follow && !holders.isEmpty()) {
            String children = holders.stream().map(String::valueOf).collect(Collectors.joining(","));
            return "children of " + tgid + " hold its listeners and may accept instead; try -f, or -p " + children;
        }
        if (listeners.hasAny(tgid)) {
            holders = List.of(tgid);
        }
        if (holders.isEmpty()) {
            return tgid + " has no listening socket";
        }
        if (!traced(Call.ACCEPT) && processes.hasMapped(tgid, JAVA)) {
            return tgid + " runs Java, whose servers call accept(2), another system call; try -e trace=accept";
        }
        return ofListener(holders);
    }

    private List<Integer> holdersAmong(List<Integer> children) throws UnreadableException {
        List<Integer> holders = new ArrayList<>();
        for (int child : children) {
            if (listeners.hasAny(child)) {
                holders.add(child);
            }
        }
        return holders;
    }

    private String ofListener(List<Integer> holders) throws UnreadableException {
        if (filter.isNarrow()) {
            return holders.get(0) + " listens, but no call has matched the filters";
        }
        for (int tgid : holders) {
            long waiting = listeners.waiting(tgid);
            if (waiting > 0) {
                return Units.plural(waiting, "connection waits", "connections wait") + " in the accept queue of " + tgid
                        + ", which does not accept: is it stuck or stopped?";
            }
        }
        return holders.get(0) + " listens, but no client has connected";
    }

    private boolean traced(Call call) {
        return filter.calls().contains(call);
    }

    private boolean callsAccept(int tgid) {
        return processes.threads(tgid).stream().anyMatch(tid -> processes.currentSyscall(tgid, tid) == acceptNumber);
    }
}
