package accept4trace.format.lines;

import accept4trace.event.AcceptCall;
import accept4trace.event.Call;
import accept4trace.event.ListenerFd;
import accept4trace.event.ProcessExit;
import accept4trace.format.EventFormatter;
import accept4trace.summary.Run;
import accept4trace.text.Text;
import accept4trace.text.Units;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Wraps a formatter to fold runs of equal failed accepts of a thread. The first accept of a run is shown immediately. A
 * line with the number of repetitions follows once per second and when the run ends. A server that spins on EAGAIN thus
 * causes one line per second instead of thousands.
 */
public final class Folding implements EventFormatter {
    /** Maximum number of runs, about 800 bytes each. At this limit, all runs end. */
    private static final int MAX_RUNS = 2048;

    private final TextFormatter lines;
    private final Map<Integer, Fold> folds = new LinkedHashMap<>();

    /** A run of accepts of one thread that differ only in their times. */
    private static final class Fold {
        private final AcceptCall first;
        private long unreported;
        private long reportedNs;
        private long lastEnterNs;
        private long lastNs;

        Fold(AcceptCall first) {
            this.first = first;
            this.reportedNs = first.span().exitNs();
        }

        boolean continuesWith(AcceptCall call) {
            return call.span().ret() == first.span().ret()
                    && call.span().beginning() == first.span().beginning()
                    && call.span().ending() == first.span().ending()
                    && call.syscall() == first.syscall()
                    && call.arguments().flags() == first.arguments().flags()
                    && call.arguments().addressPointer() == first.arguments().addressPointer()
                    && call.arguments().lengthPointer() == first.arguments().lengthPointer()
                    && call.listener().fd() == first.listener().fd()
                    && inode(call.listener()) == inode(first.listener())
                    && call.lostConnection() == first.lostConnection();
        }

        private static long inode(ListenerFd listener) {
            return listener.socket() == null
                    ? listener.fileInode()
                    : listener.socket().inode();
        }

        void add(AcceptCall call) {
            unreported++;
            lastEnterNs = call.span().enterNs();
            lastNs = call.span().exitNs();
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
        folds.put(call.caller().tid(), new Fold(call.withoutStack()));
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
        if (fold.unreported > 0) {
            lines.repeated(out, fold.first.caller(), fold.lastEnterNs, fold.unreported, fold.lastNs - fold.reportedNs);
            fold.unreported = 0;
            fold.reportedNs = fold.lastNs;
        }
    }

    @Override
    public void format(Text out, ProcessExit exit) {
        folds.values().removeIf(fold -> {
            boolean its = fold.first.caller().tgid() == exit.tgid();
            if (its) {
                report(out, fold);
            }
            return its;
        });
        lines.format(out, exit);
    }

    @Override
    public void tick(Text out, long nowNs) {
        folds.values().stream()
                .filter(fold -> nowNs - fold.reportedNs >= Units.SECOND_NS)
                .forEach(fold -> report(out, fold));
    }

    @Override
    public void summary(Text out, Run run, long atNs) {
        endAll(out);
        lines.summary(out, run, atNs);
    }
}
