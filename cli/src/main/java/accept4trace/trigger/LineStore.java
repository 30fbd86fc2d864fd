package accept4trace.trigger;

import accept4trace.event.Losses;
import accept4trace.event.TriggerEvent;
import accept4trace.format.EventFormatter;
import accept4trace.text.Text;
import accept4trace.text.Units;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;

/**
 * Keeps formatted lines rather than events, because details that are looked up, e.g. in /proc, may no longer be
 * available when a trigger occurs.
 */
public final class LineStore implements Store {
    /**
     * How long a trigger can remain unnoticed. Lines are kept for this much longer, so that those before the trigger
     * are still there when it is noticed.
     */
    private static final long SLACK_NS = 2 * Units.SECOND_NS;

    private final Flight flight;
    private final EventFormatter formatter;
    private final Text line;
    private final History history;
    private final IntoHistory into = new IntoHistory();

    /**
     * {@code formatter}: formats the lines; must not have formatted any yet. {@code style}: the style of the output.
     */
    public LineStore(Flight flight, EventFormatter formatter, Text.Style style) {
        this.flight = flight;
        this.formatter = formatter;
        this.line = new Text(style);
        this.history = new History(flight.settings().historyBytes(), (atNs, bytes, length) -> {});
        /* Each window begins with a heading. This call keeps the formatter from adding another to the first row. */
        formatter.heading(line);
    }

    private final class IntoHistory extends OutputStream {
        private long atNs;

        @Override
        public void write(int one) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void write(byte[] bytes, int from, int length) {
            history.add(atNs, bytes, from, length);
        }
    }

    @Override
    public void begin(long nowNs) {
        history.forget(nowNs);
    }

    @Override
    public Text target(Text out) {
        line.clear();
        return line;
    }

    /** Adds a line if the format has no record of lost events. */
    @Override
    public void lost(Losses losses) {
        if (line.length() == 0) {
            line.add("--- ")
                    .add(Units.plural(losses.events(), "event", "events"))
                    .add(" lost so far: the ring buffer was full ---\n");
        }
    }

    @Override
    public void added(Text out, long atNs) {
        if (line.length() == 0 || flight.isDone()) {
            return;
        }
        if (flight.shows(atNs)) {
            out.add(line, 0, line.length());
            return;
        }
        keep(atNs);
        history.evictBefore(atNs - flight.settings().beforeNs() - SLACK_NS);
    }

    private void keep(long atNs) {
        try {
            into.atNs = atNs;
            line.writeTo(into);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void open(Text out, TriggerEvent event) {
        formatter.trigger(out, event.withKept(event.atNs() - history.forgottenNs()));
        formatter.heading(out);
        long fromNs = event.atNs() - event.wantedNs();
        history.drain((atNs, bytes, length) -> {
            if (atNs >= fromNs && flight.shows(atNs)) {
                out.add(bytes, 0, length);
            }
        });
    }

    @Override
    public void close(Text out) {
        history.forget(flight.untilNs());
    }
}
