package accept4trace.format;

import accept4trace.event.Call;
import accept4trace.event.Losses;
import accept4trace.event.ProcessExit;
import accept4trace.event.RefusedAttempt;
import accept4trace.event.RefusedUnixClient;
import accept4trace.summary.Run;
import accept4trace.text.Text;
import java.nio.ByteBuffer;

/** Wraps a formatter to skip closed listeners and clients that give up, which are only counted. Forwards all else. */
public final class WithoutClosings implements EventFormatter {
    private final EventFormatter whole;

    public WithoutClosings(EventFormatter whole) {
        this.whole = whole;
    }

    @Override
    public void polled(Text out, long nowNs) {
        whole.polled(out, nowNs);
    }

    @Override
    public void record(Text out, ByteBuffer batch, int at, int size) {
        whole.record(out, batch, at, size);
    }

    @Override
    public void format(Text out, Call call) {
        whole.format(out, call);
    }

    @Override
    public void format(Text out, ProcessExit exit) {
        whole.format(out, exit);
    }

    @Override
    public void format(Text out, RefusedAttempt attempt) {
        whole.format(out, attempt);
    }

    @Override
    public void format(Text out, RefusedUnixClient client) {
        whole.format(out, client);
    }

    @Override
    public void lost(Text out, Losses losses, long atNs) {
        whole.lost(out, losses, atNs);
    }

    @Override
    public void notice(Text out, String line, long atNs) {
        whole.notice(out, line, atNs);
    }

    @Override
    public void tick(Text out, long nowNs) {
        whole.tick(out, nowNs);
    }

    @Override
    public void drained(Text out, long sinceNs) {
        whole.drained(out, sinceNs);
    }

    @Override
    public void flush(Text out) {
        whole.flush(out);
    }

    @Override
    public void heading(Text out) {
        whole.heading(out);
    }

    @Override
    public void trigger(Text out, TriggerEvent event) {
        whole.trigger(out, event);
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
