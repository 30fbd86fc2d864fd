package accept4trace.trigger;

import accept4trace.event.Call;
import accept4trace.event.Closing;
import accept4trace.event.GivenUp;
import accept4trace.event.Losses;
import accept4trace.event.ProcessExit;
import accept4trace.event.RefusedAttempt;
import accept4trace.event.RefusedUnixClient;
import accept4trace.event.TriggerEvent;
import accept4trace.format.EventFormatter;
import accept4trace.summary.Run;
import accept4trace.text.Text;
import java.nio.ByteBuffer;

/**
 * Wraps a formatter to show only windows, i.e. periods of time around triggers.
 *
 * <p>{@code TriggerWatch} feeds {@link Flight}. It is an observer, so it also gets refusals and snapshots, which need
 * no line, and it gets a call only after the line of this call was formatted. So no window is opened while calls,
 * exits, closings and clients that gave up are formatted: the store keeps their lines. {@link #settle} opens the window
 * and shows them. It is called before the next record, or at the end of the batch.
 */
public final class FlightFormatter implements EventFormatter {
    private final EventFormatter formatter;
    private final Flight flight;
    private final Store store;
    private boolean begun;
    private long reportedLost;

    public FlightFormatter(EventFormatter formatter, Flight flight, Store store) {
        this.formatter = formatter;
        this.flight = flight;
        this.store = store;
    }

    /**
     * Opens a window if a condition has been met. If a call has met it, the line of that call is in the store already,
     * and appears in the window.
     */
    private void settle(Text out) {
        TriggerEvent event = flight.open();
        if (event != null) {
            store.open(out, event);
        }
    }

    @Override
    public void polled(Text out, long nowNs) {
        settle(out);
        formatter.polled(store.target(out), nowNs);
        store.added(out, nowNs);
    }

    @Override
    public void record(Text out, ByteBuffer batch, int at, int size) {
        settle(out);
        formatter.record(store.target(out), batch, at, size);
    }

    @Override
    public void format(Text out, Call call) {
        formatter.format(store.target(out), call);
        store.added(out, call.span().exitNs());
    }

    @Override
    public void format(Text out, ProcessExit exit) {
        formatter.format(store.target(out), exit);
        store.added(out, exit.exitNs());
    }

    @Override
    public void format(Text out, RefusedAttempt attempt) {
        settle(out);
        formatter.format(store.target(out), attempt);
        store.added(out, attempt.first().timeNs());
    }

    @Override
    public void format(Text out, RefusedUnixClient client) {
        settle(out);
        formatter.format(store.target(out), client);
        store.added(out, client.first().timeNs());
    }

    @Override
    public void format(Text out, Closing closing) {
        formatter.format(store.target(out), closing);
        store.added(out, closing.endedNs());
    }

    @Override
    public void format(Text out, GivenUp client) {
        formatter.format(store.target(out), client);
        store.added(out, client.atNs());
    }

    @Override
    public void lost(Text out, Losses losses, long atNs) {
        settle(out);
        reportedLost = losses.events();
        formatter.lost(store.target(out), losses, atNs);
        store.lost(losses);
        /* Add the loss to the window even if the counters are read only after its end. */
        store.added(out, flight.isOpen() ? Math.min(atNs, flight.untilNs()) : atNs);
    }

    @Override
    public void notice(Text out, String line, long atNs) {
        formatter.notice(store.target(out), line, atNs);
        store.added(out, atNs);
    }

    @Override
    public void tick(Text out, long nowNs) {
        if (!begun) {
            begun = true;
            store.begin(nowNs);
        }
        settle(out);
        formatter.tick(store.target(out), nowNs);
        store.added(out, nowNs);
    }

    @Override
    public void drained(Text out, long sinceNs) {
        settle(out);
        if (flight.ends(sinceNs)) {
            close(out);
        }
    }

    /** Adds what the formatter still holds back, e.g. the number of repeated calls, and ends the window. */
    private void close(Text out) {
        formatter.flush(store.target(out));
        store.added(out, flight.untilNs());
        store.close(out);
        flight.close();
    }

    @Override
    public void summary(Text out, Run run, long atNs) {
        settle(out);
        if (flight.isOpen()) {
            if (run.losses().events() > reportedLost) {
                lost(out, run.losses(), atNs);
            }
            close(out);
        } else {
            formatter.flush(store.target(out));
        }
        formatter.summary(out, run, atNs);
    }
}
