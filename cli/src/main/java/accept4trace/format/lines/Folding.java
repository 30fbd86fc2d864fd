package accept4trace.format.lines;

import accept4trace.event.AcceptEvent;
import accept4trace.event.ProcessExit;
import accept4trace.event.RelatedCall;
import accept4trace.format.EventFormatter;
import accept4trace.summary.Run;
import accept4trace.text.Text;
import accept4trace.text.Units;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Another format with runs of equal failing lines of a thread folded: the first is shown at once, then each second and
 * in the end how many more there were. A server that spins on EAGAIN writes a line a second so, not thousands.
 */
public final class Folding implements EventFormatter {
    /** Threads with a run at the same time, some 800 bytes each; beyond that all runs are ended. */
    private static final int MOST_RUNS = 2048;

    private final TextFormatter lines;
    private final Map<Integer, Fold> folds = new LinkedHashMap<>();

    /** Calls of one thread that are alike but for their times. */
    private static final class Fold {
        private final AcceptEvent first;
        private long untold;
        private long toldNs;
        private long lastNs;

        Fold(AcceptEvent first) {
            this.first = first;
            this.toldNs = first.exitNs();
        }

        boolean continuesWith(AcceptEvent event) {
            return event.ret() == first.ret()
                    && event.fd() == first.fd()
                    && event.socketFlags() == first.socketFlags()
                    && event.addressPointer() == first.addressPointer()
                    && event.addrlenPointer() == first.addrlenPointer()
                    && event.syscall().equals(first.syscall())
                    && event.beginning() == first.beginning()
                    && event.lostConnection() == first.lostConnection()
                    && inode(event) == inode(first)
                    && event.ending() == first.ending();
        }

        private static long inode(AcceptEvent event) {
            return event.listener() == null
                    ? event.fileInode()
                    : event.listener().inode();
        }

        void add(AcceptEvent event) {
            untold++;
            lastNs = event.exitNs();
        }
    }

    public Folding(TextFormatter lines) {
        this.lines = lines;
    }

    @Override
    public void format(Text out, AcceptEvent event) {
        Fold fold = folds.get(event.tid());
        if (fold != null && fold.continuesWith(event)) {
            fold.add(event);
            if (event.exitNs() - fold.toldNs >= Units.SECOND_NS) {
                tell(out, fold);
            }
            return;
        }
        end(out, event.tid());
        /* A connection that was lost is worth its line each time. */
        if (event.failed() && !event.lostConnection()) {
            begin(out, event);
        }
        lines.format(out, event);
    }

    private void begin(Text out, AcceptEvent event) {
        if (folds.size() >= MOST_RUNS) {
            endAll(out);
        }
        folds.put(event.tid(), new Fold(event.withoutStack()));
    }

    private void end(Text out, int tid) {
        Fold fold = folds.remove(tid);
        if (fold != null) {
            tell(out, fold);
        }
    }

    private void endAll(Text out) {
        folds.values().forEach(fold -> tell(out, fold));
        folds.clear();
    }

    private void tell(Text out, Fold fold) {
        if (fold.untold > 0) {
            lines.repeated(out, fold.first, fold.untold, fold.lastNs - fold.toldNs);
            fold.untold = 0;
            fold.toldNs = fold.lastNs;
        }
    }

    @Override
    public void format(Text out, RelatedCall call) {
        end(out, call.tid());
        lines.format(out, call);
    }

    @Override
    public void format(Text out, ProcessExit exit) {
        folds.values().removeIf(fold -> {
            boolean its = fold.first.tgid() == exit.tgid();
            if (its) {
                tell(out, fold);
            }
            return its;
        });
        lines.format(out, exit);
    }

    @Override
    public void tick(Text out, long nowNs) {
        folds.values().stream()
                .filter(fold -> nowNs - fold.toldNs >= Units.SECOND_NS)
                .forEach(fold -> tell(out, fold));
    }

    @Override
    public void summary(Text out, Run run, long atNs) {
        endAll(out);
        lines.summary(out, run, atNs);
    }
}
