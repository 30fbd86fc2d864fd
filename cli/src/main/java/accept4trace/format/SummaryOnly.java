package accept4trace.format;

import accept4trace.event.Call;
import accept4trace.event.Losses;
import accept4trace.event.ProcessExit;
import accept4trace.summary.Run;
import accept4trace.text.Text;

/** Wraps a formatter, and passes only losses, notices and results to it. Skips calls and all other events. */
public final class SummaryOnly implements EventFormatter {
    private final EventFormatter whole;

    public SummaryOnly(EventFormatter whole) {
        this.whole = whole;
    }

    @Override
    public void format(Text out, Call call) {}

    @Override
    public void format(Text out, ProcessExit exit) {}

    @Override
    public void lost(Text out, Losses losses, long atNs) {
        whole.lost(out, losses, atNs);
    }

    @Override
    public void notice(Text out, String line, long atNs) {
        whole.notice(out, line, atNs);
    }

    @Override
    public void interval(Text out, Run run, long atNs) {
        whole.interval(out, run, atNs);
    }

    @Override
    public void summary(Text out, Run run, long atNs) {
        whole.summary(out, run, atNs);
    }
}
