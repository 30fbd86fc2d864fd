package accept4trace.report;

import static accept4trace.event.SampleLosses.losses;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import accept4trace.capture.CallFilter;
import accept4trace.capture.EventBatch;
import accept4trace.event.Losses;
import accept4trace.event.RecordBuilder;
import accept4trace.event.RefusalBuilder;
import accept4trace.fake.FakeSnapshots;
import accept4trace.fake.FakeSource;
import accept4trace.fake.NoDetails;
import accept4trace.format.EventFormatter;
import accept4trace.format.TextOptions;
import accept4trace.format.WallClock;
import accept4trace.format.columns.ColumnLayout;
import accept4trace.format.columns.ColumnsFormatter;
import accept4trace.format.json.JsonFormatter;
import accept4trace.format.lines.Folding;
import accept4trace.format.lines.TextFormatter;
import accept4trace.output.Notices;
import accept4trace.output.Sink;
import accept4trace.proc.Processes;
import accept4trace.queue.QueueSampler;
import accept4trace.queue.TraceSelection;
import accept4trace.session.Observer;
import accept4trace.session.RefusedAttempts;
import accept4trace.session.RefusedConnections;
import accept4trace.session.SessionOutput;
import accept4trace.session.TraceSession;
import accept4trace.text.Text;
import accept4trace.trigger.Condition;
import accept4trace.trigger.Condition.Kind;
import accept4trace.trigger.Flight;
import accept4trace.trigger.FlightFormatter;
import accept4trace.trigger.LineStore;
import accept4trace.trigger.TriggerSettings;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Tests --trigger, with which a trace shows only windows, i.e. the seconds around each trigger. The trace begins at 100
 * s.
 */
class FlightRecorderTest {
    private static final long SECOND = 1_000_000_000L;
    private static final long MILLI = 1_000_000L;
    private static final int EMFILE = 24;
    private static final byte[] ANY = new byte[4];
    private final FakeSource source = new FakeSource();
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final WallClock clock = new WallClock(() -> 0, second -> 0);
    private EventFormatter formatter = new TextFormatter(TextOptions.DEFAULT, NoDetails.NONE, clock);
    private long now = 100 * SECOND;
    private RefusedConnections refused = new RefusedConnections(null, null);

    private static Condition condition(Kind kind, long limit) {
        return new Condition(kind, limit, kind.name().toLowerCase(Locale.ROOT));
    }

    private static TriggerSettings settings(long count, Condition... conditions) {
        return new TriggerSettings(List.of(conditions), 5 * SECOND, 2 * SECOND, count, 1 << 20);
    }

    private static TriggerSettings slow() {
        return settings(1, condition(Kind.WAIT, 100 * MILLI));
    }

    private TraceSession.Result run(TriggerSettings settings) throws Exception {
        Notices notices = new Notices(new PrintStream(err, true, StandardCharsets.UTF_8), false);
        QueueSampler queues = QueueSampler.onDemand(
                new FakeSnapshots(),
                () -> true,
                tgid -> false,
                new TraceSelection(CallFilter.NONE, new Processes(Path.of("/dev/null"))),
                line -> {},
                () -> now);
        Flight flight = new Flight(settings);
        LineStore store = new LineStore(flight, formatter, Text.Style.PLAIN_ASCII);
        return new TraceSession(
                        source,
                        new SessionOutput(
                                        new FlightFormatter(formatter, flight, store),
                                        Sink.to(out, Text.Style.PLAIN_ASCII),
                                        new TriggerWatch(flight, Observer.NONE, queues, notices))
                                .with(refused),
                        notices,
                        new TraceSession.Limits(Long.MAX_VALUE, Long.MAX_VALUE),
                        () -> "",
                        () -> now)
                .run();
    }

    private static RecordBuilder call(double atSeconds, int fd) {
        long atNs = Math.round(atSeconds * SECOND);
        return new RecordBuilder()
                .beganAt(atNs - 1000)
                .endedAt(atNs)
                .tcpListener(ANY, 80)
                .waited(1000)
                .ret(fd);
    }

    private static RecordBuilder slowCall(double atSeconds, int fd) {
        return call(atSeconds, fd).waited(150 * MILLI);
    }

    /** Adds a poll that returns these records at {@code atSeconds}. */
    private void poll(double atSeconds, Losses losses, ByteBuffer... records) {
        ByteBuffer all = ByteBuffer.allocate(128 * 1024).order(ByteOrder.nativeOrder());
        Arrays.stream(records).forEach(all::put);
        source.then(
                new EventBatch(all, all.position(), 0, false, false, false),
                losses,
                () -> now = Math.round(atSeconds * SECOND));
    }

    private void poll(double atSeconds, RecordBuilder... records) {
        poll(
                atSeconds,
                Losses.NONE,
                Arrays.stream(records).map(RecordBuilder::build).toArray(ByteBuffer[]::new));
    }

    private List<String> lines() {
        return out.toString(StandardCharsets.UTF_8).lines().toList();
    }

    /** Returns the results of the calls that are shown. */
    private String results() {
        return String.join(
                " ",
                lines().stream()
                        .filter(line -> line.contains(" = "))
                        .map(line -> line.replaceFirst(".* = (-1 [A-Z]+|\\d+).*", "$1"))
                        .toList());
    }

    @Test
    void windowContainsWhatWasBeforeAndAfter() throws Exception {
        poll(101, call(100.5, 1));
        poll(103, call(102.9, 2), call(103, 3));
        poll(108, call(104, 4), slowCall(108, 5), call(108.1, 6));
        poll(109, call(109, 7));
        poll(110.5, call(110, 8), call(110.1, 9));
        poll(110.6);
        poll(110.7);
        run(slow());
        assertEquals("3 4 5 6 7 8", results());
        assertEquals("--- trigger wait: wait=0.150000 in nginx[1234] ---", lines().get(0));
    }

    @Test
    void windowThatBeganBeforeTheTraceSaysSo() throws Exception {
        poll(102.15, call(102, 1), slowCall(102.14, 2));
        poll(105);
        poll(105);
        poll(105);
        run(slow());
        assertEquals("1 2", results());
        assertEquals("--- trigger wait: wait=0.150000 in nginx[1234]; only 2.1 s kept ---", lines().get(0));
    }

    /**
     * At 200,000 calls per second, a history of 1 MiB is full after some milliseconds, so the window is shorter than
     * requested. It must show all calls in the time that its first line names.
     */
    @Test
    void allCallsInTheKeptTimeAreShown() throws Exception {
        int batch = 300;
        for (int poll = 0; poll < 100; poll++) {
            double from = 110 + poll * batch * 5e-6;
            poll(
                    from + batch * 5e-6,
                    IntStream.range(0, batch)
                            .mapToObj(i -> call(from + i * 5e-6, 7))
                            .toArray(RecordBuilder[]::new));
        }
        double atSeconds = 110 + 100 * batch * 5e-6;
        poll(atSeconds, slowCall(atSeconds, 8));
        poll(120);
        poll(120);
        poll(120);
        run(slow());
        String first = lines().get(0);
        assertTrue(first.matches(".*; only \\d+ ms kept ---"), first);
        int millis = Integer.parseInt(first.replaceFirst(".*only (\\d+) ms.*", "$1"));
        long calls = lines().size() - 1L;
        assertTrue(calls >= millis * 200L && calls <= (millis + 1) * 200L + 2, first + " " + calls);
        assertTrue(out.size() <= 1 << 20, "" + out.size());
        assertTrue(out.size() > 1 << 19, "" + out.size());
    }

    @Test
    void eachTriggerHasItsOwnWindow() throws Exception {
        poll(108, slowCall(108, 1), slowCall(108.1, 2));
        poll(110.5, call(110.5, 3));
        poll(110.6);
        poll(111, slowCall(111, 4));
        poll(114);
        poll(114);
        poll(114);
        run(settings(2, condition(Kind.WAIT, 100 * MILLI)));
        assertEquals("1 2 3 4", results());
        assertEquals("--- trigger wait: wait=0.150000 in nginx[1234]; only 1.0 s kept ---", lines().get(3));
        assertFalse(err.toString(StandardCharsets.UTF_8).contains("of 2"));
    }

    @Test
    void nothingIsShownIfNoTriggerFires() throws Exception {
        source.then(
                new EventBatch(call(101, 1).build(), call(101, 1).length(), 2, false, false, false),
                Losses.NONE,
                () -> now = 101 * SECOND);
        run(slow());
        assertEquals("", out.toString(StandardCharsets.UTF_8));
        assertTrue(
                err.toString(StandardCharsets.UTF_8).contains("nothing was shown: no wait"),
                err.toString(StandardCharsets.UTF_8));
    }

    @Test
    void endOfTheTraceEndsTheWindow() throws Exception {
        ByteBuffer last = slowCall(108, 5).build();
        source.then(new EventBatch(last, last.limit(), 2, false, false, false), Losses.NONE, () -> now = 108 * SECOND);
        run(settings(3, condition(Kind.WAIT, 100 * MILLI)));
        assertEquals("5", results());
        assertTrue(
                err.toString(StandardCharsets.UTF_8).contains("1 trigger of 3"), err.toString(StandardCharsets.UTF_8));
    }

    @Test
    void lossesInTheWindowAreShownInIt() throws Exception {
        poll(102, losses(2), call(102, 1).build());
        poll(105, losses(9), call(105, 1).build());
        poll(108, losses(9), slowCall(108, 5).build());
        poll(110.5, losses(12));
        poll(110.6, losses(12));
        poll(110.7, losses(12));
        run(slow());
        assertEquals(
                List.of(
                        "--- 9 events lost so far: the ring buffer was full ---",
                        "--- 12 events lost so far: the ring buffer was full ---"),
                lines().stream().filter(line -> line.contains("lost so far")).toList());
    }

    @Test
    void foldedCallsAreShownAtTheEndOfTheWindow() throws Exception {
        formatter = new Folding(new TextFormatter(TextOptions.DEFAULT, NoDetails.NONE, clock));
        RecordBuilder[] failing = IntStream.range(0, 5)
                .mapToObj(i -> call(109.9 + i * 0.01, -EMFILE).fd(6))
                .toArray(RecordBuilder[]::new);
        poll(
                110,
                Stream.concat(Stream.of(slowCall(108, 5)), Arrays.stream(failing))
                        .toArray(RecordBuilder[]::new));
        poll(110.01);
        poll(110.01);
        run(slow());
        assertTrue(lines().get(lines().size() - 1).endsWith("(x3 in 0.0s)"), lines().toString());
    }

    @Test
    void tableHasItsHeadingInEachWindow() throws Exception {
        formatter = new ColumnsFormatter(ColumnLayout.fitting(80), NoDetails.NONE, clock);
        poll(108, call(107, 4), slowCall(108, 5));
        poll(111);
        poll(111);
        poll(111);
        run(slow());
        assertEquals(4, lines().size(), lines().toString());
        assertTrue(lines().get(1).startsWith("TIME"), lines().get(1));
    }

    @Test
    void triggerIsARecordOfJson() throws Exception {
        formatter = new JsonFormatter(new JsonFormatter.Origin("host", "boot"), NoDetails.NONE, clock);
        poll(102, slowCall(102, 5));
        poll(105);
        poll(105);
        poll(105);
        run(slow());
        assertEquals(
                "{\"type\":\"trigger\",\"schema\":2,\"host\":\"host\",\"boot_id\":\"boot\","
                        + "\"time\":\"1970-01-01T00:01:42Z\",\"time_ns\":102000000000,\"condition\":\"wait\","
                        + "\"text\":\"wait=0.150000 in nginx[1234]\",\"before_ns\":5000000000,\"kept_ns\":2000000000}",
                lines().get(0));
        assertTrue(lines().get(lines().size() - 1).contains("\"type\":\"summary\""));
    }

    @Test
    void failedCallIsATrigger() throws Exception {
        poll(108, call(107, -EMFILE), call(108, 5));
        poll(111);
        poll(111);
        poll(111);
        run(settings(1, condition(Kind.ERROR, EMFILE)));
        assertEquals("--- trigger error: EMFILE in nginx[1234] ---", lines().get(0));
        assertEquals("-1 EMFILE 5", results());
    }

    @Test
    void fullQueueIsATrigger() throws Exception {
        poll(108, call(107, 4).queue(79, 100), call(108, 5).queue(80, 100));
        poll(111);
        poll(111);
        poll(111);
        run(settings(1, condition(Kind.QUEUE, 80)));
        assertEquals("--- trigger queue: queue=80/100 in nginx[1234] ---", lines().get(0));
    }

    /**
     * A refused connection is reported when its next packet is overdue, or when the window ends, so its line comes
     * after that of a later call.
     */
    @Test
    void refusedConnectionIsATrigger() throws Exception {
        refused = new RefusedConnections(new RefusedAttempts(null, true), null);
        poll(108, Losses.NONE, new RefusalBuilder().at(108 * SECOND).build());
        poll(109.5, Losses.NONE, call(109, 6).build());
        poll(110);
        poll(110);
        poll(110);
        run(settings(1, condition(Kind.REFUSED, 0)));
        assertEquals("--- trigger refused: 0.0.0.0:8077<-10.0.0.9:51100 ---", lines().get(0));
        assertTrue(lines().get(2).startsWith("[refused] 0.0.0.0:8077<-10.0.0.9:51100"), lines().toString());
    }
}
