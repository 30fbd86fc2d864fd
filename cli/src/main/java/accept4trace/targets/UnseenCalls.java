package accept4trace.targets;

import accept4trace.capture.CallFilter;
import accept4trace.capture.CallFilter.Call;
import accept4trace.event.BlockingCall;
import accept4trace.event.ThreadState;
import accept4trace.proc.Processes;
import accept4trace.proc.UnreadableException;
import java.util.Collection;
import java.util.List;

/** Finds reasons why a trace may not show the accepts of a process. */
final class UnseenCalls {
    private static final String IO_URING = "anon_inode:[io_uring]";
    private static final String JAVA = "libjvm.so";

    private static final String WITHOUT_PROBES = "not seen without kprobes or fentry";

    private final CallFilter filter;
    private final boolean seesEveryAccept;
    private final Processes processes;
    private final List<ThreadState> threads;

    /**
     * A reason; empty if there is none.
     *
     * @param certain false if it is unknown whether the reason applies
     */
    record Reason(String text, boolean certain) {
        static final Reason NONE = new Reason("", true);

        boolean isNone() {
            return text.isEmpty();
        }
    }

    /** {@code threads}: the threads of the processes; empty if unknown. */
    UnseenCalls(SilenceTools tools, Processes processes, List<ThreadState> threads) {
        this.filter = tools.selection().filter();
        this.seesEveryAccept = tools.seesEveryAccept();
        this.processes = processes;
        this.threads = threads;
    }

    /** Returns the first certain reason that applies to one of the processes, else the first uncertain one. */
    Reason of(Collection<Integer> tgids) {
        Reason uncertain = Reason.NONE;
        for (int tgid : tgids) {
            Reason reason = of(tgid);
            if (!reason.isNone() && reason.certain()) {
                return reason;
            }
            uncertain = uncertain.isNone() ? reason : uncertain;
        }
        return uncertain;
    }

    private Reason of(int tgid) {
        if (!traces(Call.ACCEPT) && isIn(BlockingCall.ACCEPT, List.of(tgid))) {
            return new Reason(tgid + " waits in accept(2), another system call; try -e trace=accept", true);
        }
        Reason ring = seesEveryAccept && traces(Call.IO_URING) ? Reason.NONE : ofIoUring(tgid);
        if (!ring.isNone() && ring.certain()) {
            return ring;
        }
        if (!traces(Call.ACCEPT) && processes.hasMapped(tgid, JAVA)) {
            return new Reason(
                    tgid + " runs Java, whose servers call accept(2), another system call; try -e trace=accept", true);
        }
        return ring;
    }

    private Reason ofIoUring(int tgid) {
        try {
            return processes.holds(tgid, IO_URING::equals) || processes.hasMapped(tgid, IO_URING)
                    ? new Reason(
                            tgid + " uses io_uring, whose accepts are "
                                    + (seesEveryAccept ? "not system calls; try -e trace=io_uring" : WITHOUT_PROBES),
                            true)
                    : Reason.NONE;
        } catch (UnreadableException e) {
            return new Reason("whether " + tgid + " uses io_uring is unknown: its open files are unreadable", false);
        }
    }

    /** Returns whether a thread of one of these processes is in a call. */
    boolean isIn(BlockingCall call, Collection<Integer> tgids) {
        return threads.stream()
                .anyMatch(thread -> tgids.contains(thread.tgid())
                        && thread.call() != null
                        && thread.call().known() == call);
    }

    /**
     * Returns in which other ways the processes may accept, which the trace would not show; empty if there are none.
     * The search for io_uring is not conclusive: a process can use a ring without a descriptor and without a mapping.
     */
    String otherWays() {
        if (!tracesBothCalls()) {
            return "by a call that is not traced: try -e trace=accept4,accept";
        }
        return seesEveryAccept ? "" : "by io_uring or as a 32-bit program, which is " + WITHOUT_PROBES;
    }

    boolean tracesBothCalls() {
        return traces(Call.ACCEPT4) && traces(Call.ACCEPT);
    }

    /** Returns whether a thread of these processes waits in an accept that the trace would show. */
    boolean isInTracedCall(Collection<Integer> tgids) {
        return (traces(Call.ACCEPT4) && isIn(BlockingCall.ACCEPT4, tgids))
                || (traces(Call.ACCEPT) && isIn(BlockingCall.ACCEPT, tgids));
    }

    private boolean traces(Call call) {
        return filter.calls().contains(call);
    }
}
