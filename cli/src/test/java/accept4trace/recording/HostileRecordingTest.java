package accept4trace.recording;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import accept4trace.capture.CallFilter;
import accept4trace.capture.CaptureException;
import accept4trace.capture.EventBatch;
import accept4trace.capture.EventSource;
import accept4trace.capture.Snapshots;
import accept4trace.capture.Snapshots.Subject;
import accept4trace.diagnose.ServerFacts;
import accept4trace.event.CallStack;
import accept4trace.event.Losses;
import accept4trace.event.StackFrame;
import accept4trace.event.UserStack;
import accept4trace.format.ProcessDetails;
import accept4trace.format.SampleCalls;
import accept4trace.format.TextOptions;
import accept4trace.format.lines.TextFormatter;
import accept4trace.outcome.Notice;
import accept4trace.summary.Run;
import accept4trace.text.Text;
import accept4trace.text.UserLocale;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests that a recording from a stranger cannot use up the reader's time or memory, or control its terminal. */
class HostileRecordingTest {
    /** The kind of a notice. */
    private static final String NOTE = "\0";

    /** The low byte of this letter is that of ESC. */
    private static final String LETTER = "\u011b";

    private static final String EVIL = "a\u001b[2J\n\u202e" + LETTER + "[2Jb";
    private static final String HARMLESS = "a?[2J????" + (UserLocale.isUtf8(System.getenv()) ? LETTER : "??") + "[2Jb";
    private static final byte[] PEER = {10, 0, 0, 1};

    private final Text out = new Text();
    private final BlockWriter blocks = new BlockWriter();

    private void begin(long startNs) {
        blocks.begin(out, new Header().set(Header.START, Long.toString(startNs)).toBytes());
    }

    private void item(int type, ByteWriter value) {
        blocks.item(type, value);
    }

    private void text(int type, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        item(type, new ByteWriter().add(bytes, 0, bytes.length));
    }

    private void answer(ByteBuffer question, byte[] answer) {
        item(RecordingFormat.ANSWER, new ByteWriter().optional(question.array()).optional(answer));
    }

    private Recording open() throws IOException, RecordingException {
        blocks.end(out);
        return open(out);
    }

    private static Recording open(Text written) throws IOException, RecordingException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        written.writeTo(bytes);
        return Recording.open(new ByteArrayInputStream(bytes.toByteArray()));
    }

    /** Polls like a session, and returns how often. Gives up after 100 polls. */
    private static int polls(Recording recording) throws CaptureException {
        EventSource source = recording.source(CallFilter.NONE, notice -> {});
        int polls = 0;
        for (boolean ended = false; !ended && polls < 100; polls++) {
            EventBatch batch = source.poll(1000);
            ended = batch.targetsGone();
        }
        return polls;
    }

    private static ByteWriter trigger(String condition, String what) {
        return new ByteWriter().text(condition).text(what).number(1).number(2).number(3);
    }

    @Test
    void triggersAreSafeToPrint() throws Exception {
        begin(0);
        item(RecordingFormat.TRIGGER, trigger(EVIL, "what"));
        assertEquals(
                "trigger " + HARMLESS + ": what; only 0 ms kept",
                open().takeTrigger().text());
    }

    static Stream<ByteWriter> damagedTriggers() {
        return Stream.of(
                trigger(null, "what"),
                trigger("condition", null),
                trigger("a".repeat(RecordingFormat.BLOCK_BYTES + 1), "what"),
                new ByteWriter().text("condition").text("what").number(1).number(2),
                new ByteWriter()
                        .text("condition")
                        .text("what")
                        .number(-1)
                        .number(2)
                        .number(3),
                new ByteWriter()
                        .text("condition")
                        .text("what")
                        .number(1)
                        .number(2)
                        .number(Long.MAX_VALUE));
    }

    @ParameterizedTest
    @MethodSource("damagedTriggers")
    void damagedTriggerEndsTheRecording(ByteWriter trigger) throws Exception {
        begin(0);
        item(RecordingFormat.TRIGGER, trigger);
        Recording recording = open();
        assertEquals("a block is damaged", recording.failure());
        assertEquals(null, recording.takeTrigger());
    }

    /** Only the trigger of the first window comes before the first poll. */
    @Test
    void triggersBeforeTheFirstPollAreLimited() throws Exception {
        begin(0);
        item(RecordingFormat.TRIGGER, trigger("one", "what"));
        item(RecordingFormat.TRIGGER, trigger("two", "what"));
        assertEquals("a block is damaged", open().failure());
    }

    @Test
    void longGapIsSkipped() throws Exception {
        begin(0);
        item(RecordingFormat.POLL, new ByteWriter().signed(RecordingFormat.MAX_TIME_NS));
        Recording recording = open();
        assertEquals(1, polls(recording));
        assertEquals(RecordingFormat.MAX_TIME_NS, recording.nowNs());
    }

    /** The sum of the periods would overflow. */
    @Test
    void skippedTimeIsLimited() throws Exception {
        begin(1);
        item(RecordingFormat.SKIPPED, new ByteWriter().number(RecordingFormat.MAX_TIME_NS - 1));
        item(RecordingFormat.SKIPPED, new ByteWriter().number(RecordingFormat.MAX_TIME_NS));
        Recording recording = open();
        assertEquals(1, polls(recording));
        assertEquals("a block is damaged", recording.failure());
        assertEquals(RecordingFormat.MAX_TIME_NS, recording.nowNs());
        assertEquals(RecordingFormat.MAX_TIME_NS - 1, recording.skippedNs());
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, Long.MIN_VALUE, RecordingFormat.MAX_TIME_NS + 1})
    void impossibleSkippedTimeIsDamage(long ns) throws Exception {
        assertDamage(RecordingFormat.SKIPPED, new ByteWriter().number(ns));
    }

    @ParameterizedTest
    @ValueSource(longs = {Long.MAX_VALUE, RecordingFormat.MAX_TIME_NS + 1, -1})
    void impossibleTimeIsDamage(long ns) throws Exception {
        assertDamage(RecordingFormat.POLL, new ByteWriter().signed(ns));
    }

    private void assertDamage(int type, ByteWriter value) throws Exception {
        begin(1);
        item(type, value);
        Recording recording = open();
        assertEquals(1, polls(recording));
        assertEquals("a block is damaged", recording.failure());
        assertEquals(1, recording.nowNs());
    }

    @Test
    void impossibleStartIsRefused() {
        begin(Long.MAX_VALUE);
        assertEquals(
                "its header is damaged",
                assertThrows(RecordingException.class, this::open).getMessage());
    }

    @Test
    void textsCannotControlTheTerminal() throws Exception {
        begin(0);
        text(RecordingFormat.NOTICE, NOTE + EVIL);
        text(RecordingFormat.HINT, EVIL);
        text(RecordingFormat.SILENCED, EVIL);
        answer(Question.of(Question.HOST_NAME, PEER), EVIL.getBytes(StandardCharsets.UTF_8));
        answer(
                Question.of(Question.STACK),
                Question.encode(new CallStack(List.of(new StackFrame(1, 2, null, null, 3, EVIL)), false)));
        item(RecordingFormat.SNAPSHOT, new SnapshotItem.Writer().item(Subject.QUEUES, false, Set.of(), EVIL));
        Recording recording = open();
        ProcessDetails details = recording.details(true);
        UserStack stack = new UserStack(new byte[0]);
        assertEquals(List.of(Notice.note(HARMLESS)), recording.notices());
        assertEquals(HARMLESS, recording.silenceHint());
        assertEquals(HARMLESS, recording.silenced());
        assertEquals(HARMLESS, details.hostName(PEER));
        assertEquals(HARMLESS, details.stack(1, stack).frames().get(0).unread());
        Text shown = new Text(new Text.Style(true, false));
        new TextFormatter(TextOptions.DEFAULT, details, SampleCalls.CLOCK)
                .format(shown, SampleCalls.listening().stack(8, (byte) 1).decode());
        assertTrue(shown.toString().endsWith(" <unread: " + HARMLESS + ">\n"), shown::toString);
        assertEquals(
                HARMLESS,
                assertThrows(CaptureException.class, () -> recording.snapshots().read(Subject.QUEUES, (batch, n) -> {}))
                        .detail());
    }

    @Test
    void numberOfNoticesIsLimited() throws Exception {
        begin(0);
        for (int i = 0; i < 1000; i++) {
            text(RecordingFormat.NOTICE, NOTE + "again");
        }
        Recording recording = open();
        assertEquals(200, recording.notices().size());
        assertFalse(recording.failure().isEmpty());
    }

    @Test
    void noticesOfAnUnknownKindAreSkipped() throws Exception {
        begin(0);
        text(RecordingFormat.NOTICE, "\u007fagain");
        Recording recording = open();
        assertEquals(List.of(), recording.notices());
        assertEquals("its end is missing", recording.failure());
    }

    @Test
    void longItemsAreDamage() throws Exception {
        begin(0);
        text(RecordingFormat.HINT, "a".repeat(RecordingFormat.BLOCK_BYTES + 1));
        assertEquals("a block is damaged", open().failure());
    }

    @Test
    void longAnswersDoNotFillTheMemory() throws Exception {
        begin(0);
        for (int i = 0; i < 60; i++) {
            answer(Question.of(Question.CGROUP, i), new byte[500_000]);
            blocks.end(out);
        }
        ProcessDetails details = open().details(false);
        assertNull(details.cgroup(1, 51));
        assertNotNull(details.cgroup(1, 52));
        assertNotNull(details.cgroup(1, 59));
    }

    /**
     * A recording contains answers to the questions that formatting asks, e.g. for the path of a cgroup. The reader
     * forgets old answers, even if the recorder still uses them, so the recorder must record an answer in use again
     * from time to time.
     */
    @Test
    void answerInUseIsRecordedAgain() throws Exception {
        Recorder recorder = new Recorder(new Header());
        ByteBuffer used = Question.of(Question.CGROUP, -1);
        byte[] path = {'/'};
        recorder.tick(out, 1);
        for (int i = 0; i < 5 * Recorder.MAX_ANSWERS; i++) {
            recorder.answer(used, path);
            recorder.answer(Question.of(Question.CGROUP, i), path);
        }
        recorder.summary(out, new Run(0, Losses.NONE, 0, null), 1);
        assertArrayEquals(path, open(out).details(false).cgroup(1, -1));
    }

    @Test
    void snapshotIsReadInBatches() throws Exception {
        SnapshotItem.Writer writer = new SnapshotItem.Writer();
        for (int i = 0; i < 10_000; i++) {
            writer.add(ByteBuffer.allocate(200).order(ByteOrder.nativeOrder()).putInt(0, i), 0, 200);
        }
        begin(0);
        item(RecordingFormat.SNAPSHOT, writer.item(Subject.QUEUES, true, Set.of(), null));
        List<Integer> restored = new ArrayList<>();
        open().snapshots().read(Subject.QUEUES, (batch, length) -> {
            assertTrue(length <= 64 * 1024);
            for (int at = 0; at < length; at += 200) {
                restored.add(batch.getInt(at));
            }
        });
        assertEquals(10_000, restored.size());
        assertEquals(9_999, restored.get(9_999));
    }

    @Test
    void damagedSnapshotIsReported() throws Exception {
        SnapshotItem.Writer writer = new SnapshotItem.Writer();
        writer.add(ByteBuffer.allocate(9), 0, 9);
        begin(0);
        item(RecordingFormat.SNAPSHOT, writer.item(Subject.QUEUES, true, Set.of(), null));
        Snapshots snapshots = open().snapshots();
        assertEquals(
                "the recording is damaged",
                assertThrows(CaptureException.class, () -> snapshots.take(listener -> {}))
                        .detail());
    }

    @Test
    void tooManyTargetsAreDamage() throws Exception {
        begin(0);
        ByteWriter snapshot = new ByteWriter().add(0).add(0).text(null).number(100_000);
        for (int i = 0; i < 100_000; i++) {
            snapshot.number(i);
        }
        item(RecordingFormat.SNAPSHOT, snapshot);
        assertEquals("a block is damaged", open().failure());
    }

    /**
     * If the recording has no answer, the fact must be UNKNOWN. With 0, a diagnosis would say that an epoll instance
     * does not watch a listener.
     */
    @Test
    void missingFactIsUnknown() throws Exception {
        begin(0);
        ServerFacts facts = open().facts();
        assertEquals(ServerFacts.UNKNOWN, facts.watchedEvents(1, 2, 3));
        assertEquals(ServerFacts.UNKNOWN, facts.openFlags(1, 2, 3));
        assertTrue(facts.isReadable(1));
    }
}
