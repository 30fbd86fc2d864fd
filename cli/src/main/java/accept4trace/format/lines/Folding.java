package accept4trace.format.lines;

import accept4trace.event.AcceptCall;
import accept4trace.event.Call;
import accept4trace.event.Closing;
import accept4trace.event.GivenUp;
import accept4trace.event.ListenerFd;
import accept4trace.event.ProcessExit;
import accept4trace.event.RefusedAttempt;
import accept4trace.event.RefusedUnixClient;
import accept4trace.format.EventFormatter;
import accept4trace.summary.Run;
import accept4trace.text.Text;
import accept4trace.text.Units;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Wraps a formatter to fold runs of equal failed accepts of a thread. The first two accepts of a run are shown
 * immediately. A line with the number of further accepts follows once per second and when the run ends. Thus a server
 * that spins on EAGAIN causes one line per second instead of thousands.
 */
public final class Folding implements EventFormatter {
    /** Maximum number of runs. When it is reached, all runs end. Each run takes about 800 bytes. */
    private static final int MAX_RUNS = 2048;
    /** Number of accepts of a run that are shown immediately. */
    private static final int SHOWN = 2;

    private final TextFormatter lines;
    private final Map<Integer, Fold> folds = new LinkedHashMap<>();

    /** A run of accepts of one thread that differ only in their times. */
    private static final class Fold {
        /** The last call of the run, without its stack, because a stack is large. */
        private AcceptCall last;

        private boolean lastHadStack;
        private long shown = 1;
        private long unreported;
        private long reportedNs;

        Fold(AcceptCall first) {
            this.last = first.withoutStack();
            this.reportedNs = first.span().exitNs();
        }

        boolean continuesWith(AcceptCall call) {
            return call.caller().tgid() == last.caller().tgid()
                    && call.span().ret() == last.span().ret()
                    && call.span().beginning() == last.span().beginning()
                    && call.span().ending() == last.span().ending()
                    && call.syscall() == last.syscall()
                    && call.arguments().flags() == last.arguments().flags()
                    && call.arguments().addressPointer() == last.arguments().addressPointer()
                    && call.arguments().lengthPointer() == last.arguments().lengthPointer()
                    && call.listener().fd() == last.listener().fd()
                    && inode(call.listener()) == inode(last.listener())
                    && call.lostConnection() == last.lostConnection();
        }

        private static long inode(ListenerFd listener) {
            return listener.socket() == null
                    ? listener.fileInode()
                    : listener.socket().inode();
        }

        /** Returns whether the call is among those that are shown immediately. */
        boolean shows(AcceptCall call) {
            if (shown == SHOWN) {
                return false;
            }
            shown++;
            reportedNs = call.span().exitNs();
            return true;
        }

        void add(AcceptCall call) {
            unreported++;
            lastHadStack = call.caller().stack() != null;
            last = call.withoutStack();
        }
    }

    public Folding(TextFormatter lines) {
        this.lines = lines;
    }

    @Override
    public void format(Text out, Call call) {
        AcceptCall accept = call instanceof AcceptCall known ? known : null;
        int tid = call.caller().tid();
        Fold fold = folds.get(tid);
        if (fold != null && accept != null && fold.continuesWith(accept)) {
            if (fold.shows(accept)) {
                lines.format(out, call);
                return;
            }
            fold.add(accept);
            if (call.span().exitNs() - fold.reportedNs >= Units.SECOND_NS) {
                report(out, fold);
            }
            return;
        }
        end(out, tid);
        /* Every lost connection gets its own line. */
        if (accept != null && accept.failed() && !accept.lostConnection()) {
            begin(out, accept);
        }
        lines.format(out, call);
    }

    private void begin(Text out, AcceptCall call) {
        if (folds.size() >= MAX_RUNS) {
            endAll(out);
        }
        folds.put(call.caller().tid(), new Fold(call));
    }

    private void end(Text out, int tid) {
        Fold fold = folds.remove(tid);
        if (fold != null) {
            report(out, fold);
        }
    }

    private void endAll(Text out) {
        folds.values().forEach(fold -> report(out, fold));
        folds.clear();
    }

    private void report(Text out, Fold fold) {
        if (fold.unreported == 0) {
            return;
        }
        long lastNs = fold.last.span().exitNs();
        /* A single repetition gets its full line, unless it had a stack, which fold.last does not keep. */
        if (fold.unreported == 1 && !fold.lastHadStack) {
            lines.format(out, fold.last);
        } else {
            lines.repeated(out, fold.last, fold.unreported, lastNs - fold.reportedNs);
        }
        fold.unreported = 0;
        fold.reportedNs = lastNs;
    }

    @Override
    public void format(Text out, ProcessExit exit) {
        folds.values().removeIf(fold -> {
            boolean its = fold.last.caller().tgid() == exit.tgid();
            if (its) {
                report(out, fold);
            }
            return its;
        });
        lines.format(out, exit);
    }

    @Override
    public void format(Text out, RefusedAttempt attempt) {
        lines.format(out, attempt);
    }

    @Override
    public void format(Text out, RefusedUnixClient client) {
        lines.format(out, client);
    }

    @Override
    public void format(Text out, Closing closing) {
        lines.format(out, closing);
    }

    @Override
    public void format(Text out, GivenUp client) {
        lines.format(out, client);
    }

    @Override
    public void tick(Text out, long nowNs) {
        folds.values().stream()
                .filter(fold -> nowNs - fold.reportedNs >= Units.SECOND_NS)
                .forEach(fold -> report(out, fold));
    }

    @Override
    public void flush(Text out) {
        folds.values().forEach(fold -> report(out, fold));
    }

    @Override
    public void summary(Text out, Run run, long atNs) {
        endAll(out);
        lines.summary(out, run, atNs);
    }
}
