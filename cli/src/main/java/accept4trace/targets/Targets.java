package accept4trace.targets;

import accept4trace.capture.CaptureException;
import accept4trace.capture.EventSource;
import accept4trace.format.Names;
import accept4trace.outcome.ExitStatus;
import accept4trace.outcome.UserError;
import accept4trace.output.Notices;
import accept4trace.proc.Processes;
import accept4trace.text.Errno;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.IntPredicate;

/** The processes that -p names. */
public final class Targets implements Subject {
    private static final int SHOWN = 4;

    private final Processes processes;
    private final IntPredicate is32Bit;
    private final List<Integer> tgids;
    private final boolean follow;
    private final Notices notices;
    private int children;

    /**
     * @param tgids processes, not empty; see {@link NamedProcesses}
     * @param is32Bit whether a process runs a 32-bit program
     */
    public Targets(List<Integer> tgids, boolean follow, Processes processes, IntPredicate is32Bit, Notices notices) {
        this.processes = processes;
        this.is32Bit = is32Bit;
        this.tgids = tgids;
        this.follow = follow;
        this.notices = notices;
    }

    private static void reportMissing(List<Integer> ids, boolean allMissing, Notices notices) throws UserError {
        if (allMissing) {
            throw NamedProcesses.noSuchProcess(ids.get(0));
        }
        ids.forEach(id -> notices.always("no such process: " + id));
    }

    /** Returns the inode of the network namespace of a process or thread. */
    public static long networkNamespace(int id, Processes processes) throws UserError {
        long netns = processes.networkNamespace(id);
        if (netns != 0) {
            return netns;
        }
        if (processes.tgid(id) == 0) {
            throw NamedProcesses.noSuchProcess(id);
        }
        throw new UserError(
                ExitStatus.FAILURE,
                "cannot read the network namespace of process " + id,
                "run it as root, with CAP_SYS_PTRACE");
    }

    /**
     * Reports the targets that are 32-bit programs, whose calls are never seen without kprobes or fentry. Fails if all
     * targets are such programs.
     */
    private void reportUnseen() throws UserError {
        List<Integer> unseen = new ArrayList<>(tgids);
        unseen.removeIf(tgid -> !is32Bit.test(tgid));
        if (!unseen.isEmpty() && unseen.size() == tgids.size()) {
            throw new UserError(
                    ExitStatus.FAILURE,
                    isUnseen(unseen.get(0)),
                    "strace -f -e trace=accept,accept4,socketcall -p " + unseen.get(0) + " sees them");
        }
        unseen.forEach(tgid -> notices.always(isUnseen(tgid)));
    }

    static String isUnseen(int tgid) {
        return tgid + " is a 32-bit program, whose calls are not seen without kprobes or fentry";
    }

    List<Integer> tgids() {
        return tgids;
    }

    @Override
    public int processCount() {
        return tgids.size();
    }

    @Override
    public int threadCount() {
        int threads = 0;
        for (int tgid : tgids) {
            threads += processes.threadCount(tgid);
        }
        return threads;
    }

    /** Skips processes that have ended since they were looked up. Fails if none is left. */
    @Override
    public void trace(EventSource source) throws CaptureException, UserError {
        if (!source.seesEveryAccept()) {
            reportUnseen();
        }
        List<Integer> missing = new ArrayList<>();
        for (int tgid : tgids) {
            if (!traceOne(source, tgid)) {
                missing.add(tgid);
            }
        }
        reportMissing(missing, missing.size() == tgids.size(), notices);
        if (follow) {
            traceChildren(source);
        }
    }

    /** Returns false if the process has ended. */
    private static boolean traceOne(EventSource source, int tgid) throws CaptureException {
        try {
            source.traceProcess(tgid);
            return true;
        } catch (CaptureException e) {
            if (e.errno() != Errno.ESRCH) {
                throw e;
            }
            return false;
        }
    }

    /** Adds the children that already exist. The BPF programs follow later ones as soon as their parent is traced. */
    private void traceChildren(EventSource source) throws CaptureException {
        Set<Integer> known = new HashSet<>(tgids);
        Deque<Integer> parents = new ArrayDeque<>(tgids);
        while (!parents.isEmpty()) {
            for (int child : processes.children(parents.removeFirst())) {
                if (known.add(child) && traceOne(source, child)) {
                    parents.addLast(child);
                    children++;
                }
            }
        }
    }

    @Override
    public String silenceHint(boolean follow, SilenceTools tools) {
        return SilenceHint.ofNamed(tgids, follow, processes, tools);
    }

    /** Returns e.g. "1234 (nginx, 5 threads)". Describes only the first few of many processes. */
    @Override
    public String describe() {
        StringBuilder text = new StringBuilder();
        for (int tgid : tgids.subList(0, Math.min(SHOWN, tgids.size()))) {
            text.append(text.isEmpty() ? "" : ", ").append(describe(tgid));
        }
        if (tgids.size() > SHOWN) {
            text.append(" and ").append(tgids.size() - SHOWN).append(" more");
        }
        if (follow) {
            text.append(" with ");
            if (children > 0) {
                text.append(children).append(children == 1 ? " child and more" : " children and more");
            } else {
                text.append("children");
            }
            text.append(" to come");
        }
        return text.toString();
    }

    private String describe(int tgid) {
        int threads = processes.threadCount(tgid);
        return tgid + " (" + Names.comm(processes.comm(tgid)) + ", " + threads
                + (threads == 1 ? " thread)" : " threads)");
    }
}
