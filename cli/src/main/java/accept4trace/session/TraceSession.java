package accept4trace.session;

import accept4trace.capture.CaptureException;
import accept4trace.capture.EventBatch;
import accept4trace.capture.EventSource;
import accept4trace.event.Call;
import accept4trace.event.Closing;
import accept4trace.event.EventDecoder;
import accept4trace.event.EventLayout;
import accept4trace.event.GivenUp;
import accept4trace.event.Losses;
import accept4trace.event.ProcessExit;
import accept4trace.event.TriggerEvent;
import accept4trace.format.EventFormatter;
import accept4trace.output.Notices;
import accept4trace.output.Sink;
import accept4trace.output.WriteException;
import accept4trace.summary.Run;
import accept4trace.text.Units;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** A run: passes events from the source through the formatter to the sink until something ends it. */
public final class TraceSession {
    private static final long SILENCE_NS = 3 * Units.SECOND_NS;

    private final EventSource source;
    private final EventFormatter formatter;
    private final Sink sink;
    private final Observer observer;
    private final RefusedConnections refused;
    private final RefusedOutput refusals;
    private final boolean closings;
    private final boolean windows;
    private final EventDecoder decoder = new EventDecoder();
    private final Notices notices;
    /** For notices that follow from the events. */
    private final Notices derived;

    private final SilencedHooks silencedHooks;
    private final Limits limits;
    private final Supplier<String> silenceHint;
    private final LongSupplier clock;

    private long startNs;
    /** The time of the last poll. Notices, losses and intervals get this time; events have times of their own. */
    private long nowNs;
    /** The time of the poll before that. */
    private long previousNs;
    /** The time since the start that was not recorded. */
    private long skippedNs;

    private long polledBytes;
    private long calls;
    private long writtenCalls;
    private boolean polledPart;
    private long reportedLost;
    private long lossesReadNs;
    private boolean silenceReported;

    /**
     * Ends the run after this many calls or this time, whichever comes first. {@code Long.MAX_VALUE} means no limit.
     */
    public record Limits(long calls, long durationNs) {}

    /**
     * How the run ended.
     *
     * @param signal the signal that ended the run, 0 = none
     * @param readerGone the reader of the output has closed its end
     * @param targetsGone the last traced process has ended
     * @param calls number of calls shown
     * @param losses all losses of the run
     */
    public record Result(int signal, boolean readerGone, boolean targetsGone, long calls, Losses losses) {}

    /**
     * @param silenceHint returns a reason why no call is seen; empty if none is found, null if the search has not
     *     ended. Called after some seconds without a call, until the result is not null
     * @param clock CLOCK_MONOTONIC, in nanoseconds
     */
    public TraceSession(
            EventSource source,
            SessionOutput output,
            Notices notices,
            Limits limits,
            Supplier<String> silenceHint,
            LongSupplier clock) {
        this.source = source;
        this.formatter = output.formatter();
        this.sink = output.sink();
        this.observer = output.observer();
        this.refused = output.refused();
        this.refusals = new RefusedOutput(source, formatter, sink, observer);
        this.closings = output.closings();
        this.windows = output.windows();
        this.notices = notices;
        this.derived = notices.derived();
        this.silencedHooks = new SilencedHooks(source, derived);
        this.limits = limits;
        this.silenceHint = silenceHint;
        this.clock = clock;
    }

    public Result run() throws CaptureException, IOException {
        startNs = clock.getAsLong();
        nowNs = startNs;
        previousNs = startNs;
        formatter.tick(sink.lines(), startNs);
        observer.begin(source.refusals(), source.closings());
        notices.alsoTo(line -> formatter.notice(sink.lines(), line, nowNs));
        try {
            sink.flush();
            EventBatch last = follow();
            observer.close();
            return new Result(last.signal(), false, last.targetsGone(), calls, finalLosses());
        } catch (Sink.ReaderGoneException e) {
            /* At a terminal, ^C also ends the reader, whose end may be noticed first. So poll again for the signal. */
            return new Result(source.poll(0).signal(), true, false, calls, source.losses());
        } catch (WriteException e) {
            throw e.with(unwritten(e.bytes()));
        }
    }

    /** Describes what was not written, including the events that are still in the ring buffer. */
    private String unwritten(long bytes) throws CaptureException {
        source.stop();
        long count = calls - writtenCalls + (countReached() ? 0 : countRest());
        long lost = source.losses().events();
        return LossNotices.events(count) + " and " + LossNotices.counted(bytes, "byte") + " of lines not written, "
                + LossNotices.events(lost) + " lost before";
    }

    private long countRest() throws CaptureException {
        long count = 0;
        for (EventBatch batch = source.poll(0); batch.length() > 0; batch = source.poll(0)) {
            for (int at = 0; at < batch.length(); count++) {
                at += EventDecoder.sizeAt(batch.records(), at, batch.length());
            }
        }
        return count;
    }

    /** Returns the last batch. */
    private EventBatch follow() throws CaptureException, IOException {
        while (true) {
            EventBatch batch = poll(timeoutMs());
            show(batch);
            if (batch.isPart()) {
                continue;
            }
            if (batch.readerGone() && batch.signal() == 0) {
                throw sink.readerGone();
            }
            boolean quit = batch.input() && !observer.takeInput();
            if (quit || batch.signal() != 0 || batch.targetsGone() || limitReached()) {
                showRest();
                return batch;
            }
            formatter.tick(sink.lines(), nowNs);
            if (isDrained(batch)) {
                drained();
            }
            previousNs = nowNs;
            sink.flush();
            reportLosses();
            reportInterval();
            reportSilence();
        }
    }

    private EventBatch poll(int timeoutMs) throws CaptureException {
        EventBatch batch = source.poll(timeoutMs);
        nowNs = clock.getAsLong();
        if (source.skippedNs() > skippedNs) {
            observer.skip(source.skippedNs() - skippedNs);
            skippedNs = source.skippedNs();
        }
        if (!polledPart) {
            polledBytes = 0;
            formatter.polled(sink.lines(), nowNs);
        }
        notices.writeLate();
        TriggerEvent trigger = source.takeTrigger();
        if (trigger != null) {
            beginWindow(trigger);
        }
        polledPart = batch.isPart();
        polledBytes += batch.length();
        return batch;
    }

    /** Begins a recorded window. Everything that is still held back belongs to the previous one. */
    private void beginWindow(TriggerEvent trigger) {
        refused.reportAll(refusals);
        formatter.flush(sink.lines());
        if (windows) {
            formatter.trigger(sink.lines(), trigger);
            formatter.heading(sink.lines());
        } else {
            notices.always(trigger.text());
        }
    }

    /**
     * Returns whether the poll has certainly read all events that were recorded before it. It leaves some behind only
     * if the batch is nearly full.
     */
    private boolean isDrained(EventBatch batch) {
        return polledBytes <= batch.records().capacity() / 2;
    }

    /** Called when all events from before the previous poll have been shown. */
    private void drained() throws CaptureException {
        boolean windowEnds = observer.endsWindow(previousNs);
        if (windowEnds) {
            refused.reportAll(refusals);
        } else {
            refused.tick(previousNs, refusals);
        }
        if (windowEnds) {
            readLosses();
        }
        formatter.drained(sink.lines(), previousNs);
    }

    /** Reads and shows the events that were recorded before the end but not read yet. */
    private void showRest() throws CaptureException, IOException {
        source.stop();
        int length;
        do {
            EventBatch batch = source.poll(0);
            length = batch.length();
            show(batch);
        } while (length > 0 && !countReached());
        refused.end(refusals);
        flush();
    }

    private void show(EventBatch batch) throws IOException {
        for (int at = 0; at < batch.length() && !countReached(); ) {
            int size = EventDecoder.sizeAt(batch.records(), at, batch.length());
            showRecord(batch.records(), at, size);
            at += size;
        }
        flush();
    }

    private void flush() throws IOException {
        sink.flush();
        writtenCalls = calls;
    }

    private void showRecord(ByteBuffer records, int at, int size) {
        formatter.record(sink.lines(), records, at, size);
        switch (records.getShort(at + EventLayout.Event.TYPE)) {
            case EventLayout.Type.EXIT -> {
                ProcessExit exit = EventDecoder.decodeExit(records, at);
                refused.exited(exit);
                formatter.format(sink.lines(), exit);
            }
            case EventLayout.Type.REFUSED,
                    EventLayout.Type.LISTENING,
                    EventLayout.Type.UNIX_REFUSED,
                    EventLayout.Type.UNIX_LISTENING -> refused.add(records, at, refusals);
            case EventLayout.Type.TURNED_AWAY -> observer.add(EventDecoder.decodeTurnedAway(records, at));
            case EventLayout.Type.CLOSED -> show(decoder.closing(records, at));
            case EventLayout.Type.GAVE_UP -> show(decoder.givenUp(records, at));
            default -> showCall(records, at);
        }
    }

    private void show(Closing closing) {
        refused.closed(closing);
        if (!source.selects(closing)) {
            return;
        }
        if (closings) {
            formatter.format(sink.lines(), closing);
        }
        observer.add(closing);
    }

    private void show(GivenUp client) {
        if (!source.selects(client)) {
            return;
        }
        if (closings) {
            formatter.format(sink.lines(), client);
        }
        observer.add(client);
    }

    private void showCall(ByteBuffer records, int at) {
        Call call = decoder.decode(records, at);
        if (!source.selects(call)) {
            return;
        }
        formatter.format(sink.lines(), call);
        observer.add(call);
        calls++;
    }

    private boolean countReached() {
        return calls >= limits.calls();
    }

    private boolean limitReached() {
        return countReached() || elapsedNs(nowNs) >= limits.durationNs() || observer.isDone();
    }

    private long elapsedNs(long atNs) {
        return atNs - startNs - skippedNs;
    }

    /**
     * Returns at most a second, so that losses are reported as they happen. Rounds up, so that no poll ends too early.
     */
    private int timeoutMs() {
        long now = clock.getAsLong();
        long wait = Math.min(Units.SECOND_NS, Math.max(0, limits.durationNs() - elapsedNs(now)));
        wait = Math.min(wait, observer.remainingNs(now));
        return (int) ((wait + 999_999) / 1_000_000);
    }

    private void reportLosses() throws CaptureException {
        if (nowNs - lossesReadNs >= Units.SECOND_NS) {
            readLosses();
        }
    }

    private void readLosses() throws CaptureException {
        lossesReadNs = nowNs;
        silencedHooks.check();
        Losses losses = source.losses();
        long lost = losses.events();
        if (lost > reportedLost) {
            derived.always(LossNotices.events(lost) + " lost so far: the ring buffer was full");
            formatter.lost(sink.lines(), refused.addLostTo(losses), nowNs);
            reportedLost = lost;
        }
    }

    private void reportInterval() throws CaptureException, IOException {
        if (observer.remainingNs(nowNs) > 0) {
            return;
        }
        Run interval = observer.tick(nowNs, refused.addLostTo(source.losses()));
        if (interval != null) {
            formatter.interval(sink.lines(), interval, nowNs);
            sink.flush();
        }
    }

    private Losses finalLosses() throws CaptureException, IOException {
        nowNs = clock.getAsLong();
        silencedHooks.check();
        Losses losses = refused.addUnknownTo(source.losses());
        new LossNotices(derived).report(calls, losses);
        refused.reportUnknown(derived);
        formatter.summary(sink.lines(), observer.end(calls, losses, elapsedNs(nowNs), nowNs), nowNs);
        sink.flush();
        return losses;
    }

    private void reportSilence() {
        if (calls > 0 || silenceReported || elapsedNs(nowNs) < SILENCE_NS) {
            return;
        }
        String hint = silenceHint.get();
        if (hint == null) {
            return;
        }
        silenceReported = true;
        if (!hint.isEmpty()) {
            derived.hint(hint);
        }
    }
}
