package accept4trace.recording;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import accept4trace.action.ReadCommand;
import accept4trace.capture.CallFilter;
import accept4trace.capture.EventBatch;
import accept4trace.capture.Snapshots.Subject;
import accept4trace.event.Coverage;
import accept4trace.event.Losses;
import accept4trace.event.RecordBuilder;
import accept4trace.event.RefusalBuilder;
import accept4trace.fake.FakePlatform;
import accept4trace.fake.FakeSnapshots;
import accept4trace.fake.FakeSource;
import accept4trace.fake.NoDetails;
import accept4trace.format.ProcessDetails;
import accept4trace.options.Arguments;
import accept4trace.outcome.Notice;
import accept4trace.outcome.Outcome;
import accept4trace.output.Notices;
import accept4trace.output.OutputStyle;
import accept4trace.output.Sink;
import accept4trace.proc.Processes;
import accept4trace.queue.QueueSampler;
import accept4trace.queue.TraceSelection;
import accept4trace.report.TriggerWatch;
import accept4trace.session.Observer;
import accept4trace.session.SessionOutput;
import accept4trace.session.TraceSession;
import accept4trace.text.Text;
import accept4trace.trigger.Condition;
import accept4trace.trigger.Condition.Kind;
import accept4trace.trigger.Flight;
import accept4trace.trigger.FlightFormatter;
import accept4trace.trigger.TriggerSettings;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tests recordings with --trigger, which contain only windows, i.e. the seconds around each trigger. The trace begins
 * at 100 s.
 */
class RecordedWindowsTest {
    private static final long SECOND = 1_000_000_000L;
    private static final long SLOW = 150_000_000;
    private static final ProcessDetails DETAILS = new NoDetails() {
        @Override
        public byte[] cgroup(int tgid, long id) {
            return ("/app" + id).getBytes(StandardCharsets.UTF_8);
        }
    };

    private static final String TRIGGER = "--- trigger wait=150ms: wait=0.150000 in nginx[1234]";

    @TempDir
    private Path folder;

    private final FakeSource source = new FakeSource();
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private FakePlatform reader = new FakePlatform();
    private final Recorder recorder = new Recorder(new Header()
            .set(Header.CALLS, "accept4,accept,io_uring,%poll,closed")
            .set(Header.DIAGNOSIS, true));
    private long now = 100 * SECOND;

    private void record(int triggers) throws Exception {
        Notices notices =
                new Notices(new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8), false);
        QueueSampler queues = QueueSampler.onDemand(
                new FakeSnapshots(),
                () -> true,
                tgid -> false,
                new TraceSelection(CallFilter.NONE, new Processes(Path.of("/dev/null"))),
                line -> {},
                () -> now);
        Flight flight = new Flight(new TriggerSettings(
                List.of(new Condition(Kind.WAIT, SLOW, "wait=150ms")), 5 * SECOND, 2 * SECOND, triggers, 1 << 20));
        recorder.recording(DETAILS);
        recorder.recordingOffset(() -> 7);
        new TraceSession(
                        new RecordedSource(source, recorder),
                        new SessionOutput(
                                new FlightFormatter(recorder, flight, recorder.recordOnly(flight)),
                                Sink.to(out, Text.Style.PLAIN_ASCII),
                                new TriggerWatch(flight, Observer.NONE, queues, notices)),
                        notices,
                        new TraceSession.Limits(Long.MAX_VALUE, Long.MAX_VALUE),
                        () -> "",
                        () -> now)
                .run();
    }

    private List<String> read(String... options) throws Exception {
        Path file = folder.resolve("recording");
        Files.write(file, out.toByteArray());
        List<String> words = new ArrayList<>(List.of("--read=" + file));
        words.addAll(List.of(options));
        reader = new FakePlatform();
        Outcome outcome = new ReadCommand(
                        Arguments.parse(words.toArray(String[]::new)),
                        new Notices(System.err, false),
                        new OutputStyle(Map.of()),
                        reader)
                .run();
        assertEquals(0, outcome.status());
        return reader.system.text(1).lines().toList();
    }

    private static RecordBuilder call(double atSeconds, int fd) {
        long atNs = Math.round(atSeconds * SECOND);
        return new RecordBuilder()
                .beganAt(atNs - 1000)
                .endedAt(atNs)
                .tcpListener(new byte[4], 80)
                .surroundings(7, 3)
                .waited(1000)
                .ret(fd);
    }

    private void poll(double atSeconds, int signal, RecordBuilder... records) {
        poll(atSeconds, signal, () -> {}, records);
    }

    private void poll(double atSeconds, int signal, Runnable action, RecordBuilder... records) {
        pollAll(atSeconds, signal, action, Arrays.stream(records).map(RecordBuilder::build));
    }

    private void pollAll(double atSeconds, int signal, Runnable action, Stream<ByteBuffer> records) {
        ByteBuffer all = ByteBuffer.allocate(256 * 1024).order(ByteOrder.nativeOrder());
        records.forEach(all::put);
        source.then(new EventBatch(all, all.position(), signal, false, false, false), Losses.NONE, () -> {
            now = Math.round(atSeconds * SECOND);
            action.run();
        });
    }

    /** Returns the results of the calls. A bar represents the line of a trigger. */
    private static String results(List<String> lines) {
        return lines.stream()
                .map(line -> line.startsWith(TRIGGER) ? "|" : line.replaceFirst(".* = (\\d+).*", "$1"))
                .collect(Collectors.joining(" "));
    }

    private String notices() {
        return reader.system.text(2);
    }

    /**
     * A recording consists of blocks of about a second. A block is kept as a whole, so a window can begin up to a
     * second earlier than requested.
     */
    @Test
    void recordingContainsTheWindowsAndAnswersOfEarlierBlocks() throws Exception {
        poll(101, 0, call(100.9, 1));
        poll(102.1, 0, call(102, 2));
        poll(109, 0, call(109, 3));
        poll(111, 0, call(111, 4).waited(SLOW));
        poll(112, 0, call(112, 5));
        poll(114, 0, call(113.9, 6));
        poll(115.1, 0, call(115, 7));
        poll(130, 0, call(130, 8).waited(SLOW));
        poll(133, 0);
        poll(133, 0);
        poll(133, 0);
        record(2);
        List<String> lines = read("-v");
        assertEquals("| 3 4 5 6 7 | 8", results(lines));
        assertEquals(TRIGGER + " ---", lines.get(0));
        assertEquals(
                6, lines.stream().filter(line -> line.contains(" cgroup=/app3")).count());
        assertFalse(notices().contains("trigger"), notices());
        assertEquals(
                2,
                read("--format=json").stream()
                        .filter(line -> line.startsWith("{\"type\":\"trigger\","))
                        .count());
        for (String format : List.of("-c", "--format=perfetto")) {
            assertFalse(read(format).toString().contains("trigger"), format);
            assertTrue(notices().contains("accept4-trace: trigger wait=150ms: wait=0.150000 in nginx[1234]\n"), format);
        }
    }

    /** A refused client is held back, because its attempt may get longer, but only until its window ends. */
    @Test
    void refusedClientIsShownInItsWindow() throws Exception {
        recorder.header()
                .set(Header.CALLS, "accept4,refused")
                .set(Header.REFUSALS, Coverage.ALL)
                .set(Header.ANY_LISTENER, true);
        poll(101, 0, call(101, 1).waited(SLOW));
        ByteBuffer refusal = new RefusalBuilder().at(Math.round(102.9 * SECOND)).build();
        pollAll(103, 0, () -> {}, Stream.of(refusal));
        poll(103.1, 0);
        poll(120, 0, call(120, 2).waited(SLOW));
        poll(123, 0);
        poll(124, 0);
        poll(125, 0);
        record(2);
        assertEquals("| 1 [refused] | 2", results(read()).replaceFirst("\\[refused] [^|]*", "[refused] "));
    }

    /** Another condition, which is met once, replaces those of the recording. */
    @Test
    void windowsCanBeSearchedForOtherTriggers() throws Exception {
        poll(101, 0, call(101, 1).waited(SLOW), call(101, 2).waited(2 * SLOW));
        poll(104, 0);
        poll(105, 0);
        poll(106, 0);
        record(1);
        List<String> lines = read("--trigger=wait=200ms");
        assertEquals("--- trigger wait=200ms: wait=0.300000 in nginx[1234]; only 1.0 s kept ---", lines.get(0));
        assertEquals("1 2", results(lines.subList(1, 3)));
    }

    @Test
    void windowThatIsLongerThanTheHistorySaysSo() throws Exception {
        Random random = new Random(1);
        for (int poll = 0; poll < 150; poll++) {
            double from = 110 + poll * 0.0015;
            poll(
                    from + 0.0015,
                    0,
                    IntStream.range(0, 300)
                            .mapToObj(i -> call(from + i * 5e-6, 7).arguments(random.nextLong(), random.nextLong(), 0))
                            .toArray(RecordBuilder[]::new));
        }
        poll(111, 0, call(111, 8).waited(SLOW));
        poll(114, 0);
        poll(114, 0);
        poll(114, 0);
        record(1);
        List<String> lines = read("--no-fold");
        assertTrue(lines.get(0).startsWith(TRIGGER + "; only "), lines.get(0));
        assertTrue(lines.size() > 1000 && lines.size() < 45_000, "" + lines.size());
        assertTrue(out.size() <= (1 << 20) + (1 << 16), "" + out.size());
    }

    private void loseStacks() {
        recorder.notice(Notice.alert("stacks are missing"));
    }

    private void assertStacksAreMissing() {
        assertTrue(notices().contains("accept4-trace: stacks are missing\n"), notices());
    }

    @Test
    void noticeBetweenTwoWindowsIsKept() throws Exception {
        poll(101, 0, call(101, 1).waited(SLOW));
        poll(104, 0);
        poll(110, 0, this::loseStacks);
        poll(112, 0);
        poll(130, 0, call(130, 2).waited(SLOW));
        poll(133, 0);
        poll(133, 0);
        poll(133, 0);
        record(2);
        assertEquals("| 1 | 2", results(read()));
        assertStacksAreMissing();
    }

    /** Without the snapshot at the end, it would be unknown whether a listener is stuck, i.e. the status would be 1. */
    @Test
    void snapshotAfterTheLastWindowIsKept() throws Exception {
        poll(101, 0, call(101, 1).waited(SLOW));
        poll(104, 0);
        poll(112, 2, () -> recorder.addLater(new SnapshotItem.Writer().item(Subject.QUEUES, true, Set.of(), null)));
        record(2);
        read("--diagnose", "--fail-on=stuck");
    }

    @Test
    void noticeAfterTheLastWindowIsKept() throws Exception {
        poll(101, 0, call(101, 1).waited(SLOW));
        poll(104, 0);
        poll(110, 0, this::loseStacks);
        poll(112, 2);
        record(2);
        assertEquals("| 1", results(read()));
        assertStacksAreMissing();
    }

    @Test
    void noticeAfterAllTriggersIsKept() throws Exception {
        poll(101, 0, call(101, 1).waited(SLOW), call(101, 2).waited(SLOW));
        poll(104, 0, this::loseStacks);
        poll(105, 0);
        poll(106, 0);
        record(1);
        assertEquals("| 1 2", results(read()));
        assertStacksAreMissing();
    }

    @Test
    void noticeWithoutAnyTriggerIsKept() throws Exception {
        poll(101, 0, this::loseStacks);
        poll(102, 2, call(101, 1));
        record(1);
        assertEquals(List.of(), read());
        assertStacksAreMissing();
    }

    /** Polls once a second, like a session without events. */
    private void idle(int fromSeconds, int toSeconds) {
        for (int second = fromSeconds; second <= toSeconds; second++) {
            poll(second, 0);
        }
    }

    private List<String> headlines(String... options) throws Exception {
        return read(options).stream()
                .filter(line -> line.startsWith("accept4 of "))
                .map(line -> line.replaceFirst(", [^,]+ connections?.*", ""))
                .toList();
    }

    /** The windows are from 100 s, when the trace begins, to 104 s, and from 494 s to 503 s. */
    @Test
    void timeBetweenWindowsDoesNotCount() throws Exception {
        poll(101, 0, call(101, 1).waited(SLOW));
        idle(102, 499);
        poll(500, 0, call(500, 3).waited(SLOW));
        idle(501, 505);
        record(2);
        assertEquals(List.of("accept4 of 1 process, 13.0 s: 2 calls (0.2/s)"), headlines("-c"));
        assertEquals(
                List.of(
                        "accept4 of 1 process, 5.0 s: 1 call (0.2/s)",
                        "accept4 of 1 process, 5.0 s: 1 call (0.2/s)",
                        "accept4 of 1 process, 13.0 s: 2 calls (0.2/s)"),
                headlines("-c", "--interval=5s"));
        assertEquals(List.of("accept4 of 1 process, 6.0 s: 1 call (0.2/s)"), headlines("-c", "--duration=6s"));
        assertEquals(
                "nothing wrong found in 13.0 s on 1 process (nginx)",
                read("--diagnose").get(0));
    }

    @Test
    void timeAfterTheLastWindowDoesNotCount() throws Exception {
        poll(101, 0, call(101, 1).waited(SLOW));
        idle(102, 499);
        poll(500, 2);
        record(2);
        assertEquals(List.of("accept4 of 1 process, 4.0 s: 1 call (0.3/s)"), headlines("-c"));
    }

    @Test
    void withoutTriggerTheRecordingIsEmpty() throws Exception {
        poll(101, 2, call(101, 1));
        record(1);
        assertEquals(List.of(), read());
    }
}
