package accept4trace.recording;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import accept4trace.capture.CallFilter;
import accept4trace.capture.EventBatch;
import accept4trace.event.Call;
import accept4trace.event.CallStack;
import accept4trace.event.EventDecoder;
import accept4trace.event.EventLayout;
import accept4trace.event.RecordBuilder;
import accept4trace.event.UserStack;
import accept4trace.fake.NoDetails;
import accept4trace.format.ProcessDetails;
import accept4trace.text.Text;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Tests that a recording contains what was recorded. */
class RecorderTest {
    private static final CallStack STACK = new CallStack(List.of(), true);

    private static final ProcessDetails DETAILS = new NoDetails() {
        @Override
        public byte[] cgroup(int tgid, long id) {
            return new byte[0];
        }

        @Override
        public CallStack stack(int tgid, UserStack stack) {
            return STACK;
        }
    };

    private static byte[] bytes(Text out) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        out.writeTo(bytes);
        return bytes.toByteArray();
    }

    /** Records one call for each length of a stack, in bytes. */
    private static byte[] record(int... lengths) throws IOException {
        Recorder recorder = new Recorder(new Header().set(Header.CALLS, "accept4"));
        recorder.recording(DETAILS);
        EventDecoder decoder = new EventDecoder();
        Text out = new Text();
        recorder.tick(out, 1);
        recorder.polled(out, 1);
        for (int length : lengths) {
            ByteBuffer record =
                    new RecordBuilder().fd(length).stack(length, (byte) length).build();
            recorder.record(out, record, 0, record.capacity());
            recorder.format(out, decoder.decode(record, 0));
        }
        recorder.endBlock(out);
        return bytes(out);
    }

    private static int[] lengths(int number, int each) {
        return IntStream.range(0, number).map(at -> at * each).toArray();
    }

    @Test
    void callsWithStacksOfAnySizeAreReadBack() throws Exception {
        int[] lengths = lengths(50, Long.BYTES);
        List<Integer> fds = new ArrayList<>();
        try (Recording recording = Recording.open(new ByteArrayInputStream(record(lengths)))) {
            EventDecoder decoder = new EventDecoder();
            EventBatch batch = recording.source(CallFilter.NONE, notice -> {}).poll(0);
            for (int at = 0; at < batch.length(); at += EventDecoder.sizeAt(batch.records(), at, batch.length())) {
                Call call = decoder.decode(batch.records(), at);
                fds.add(call.listener().fd());
                assertEquals(
                        STACK, recording.details(false).stack(0, call.caller().stack()));
            }
        }
        assertEquals(IntStream.of(lengths).boxed().toList(), fds);
    }

    /** The notice that the recording is cut has a time, too. */
    @Test
    void timeOfDayIsKnownIfTheFirstBlockIsCut() throws Exception {
        Recorder recorder = new Recorder(new Header().set(Header.CALLS, "accept4"));
        recorder.recordingOffset(() -> 1_800_000_000_000_000_000L);
        Text out = new Text();
        recorder.tick(out, 1);
        recorder.polled(out, 1);
        recorder.endBlock(out);
        byte[] whole = bytes(out);
        byte[] cut = Arrays.copyOf(whole, whole.length - 1);
        try (Recording recording = Recording.open(new ByteArrayInputStream(cut))) {
            assertEquals(1_800_000_000_000_000_000L, recording.epochOffset());
        }
    }

    /** Readers forget the oldest answers, even those that all calls need. */
    @Test
    void cgroupOfAllCallsIsRecordedAgain() throws Exception {
        Recorder recorder = new Recorder(new Header().set(Header.CALLS, "accept4"));
        ProcessDetails details = recorder.recording(DETAILS);
        Text out = new Text();
        recorder.tick(out, 1);
        recorder.polled(out, 1);
        for (int fd = 0; fd <= Recorder.MAX_ANSWERS; fd++) {
            details.cgroup(1, 2);
            details.openFile(1, fd, 3);
        }
        details.cgroup(1, 2);
        recorder.endBlock(out);
        try (Recording recording = Recording.open(new ByteArrayInputStream(bytes(out)))) {
            recording.source(CallFilter.NONE, notice -> {}).poll(0);
            assertArrayEquals(new byte[0], recording.details(false).cgroup(1, 2));
        }
    }

    /**
     * Packing compares a record with earlier records of the same size. So the recorder removes the stacks from the
     * records, which then all have one size.
     */
    @Test
    void sizeOfAStackDoesNotMatter() throws IOException {
        int[] different = lengths(50, Long.BYTES);
        int[] same = lengths(50, 1);
        assertEquals(record(same).length, record(different).length, record(same).length / 10.0);
    }

    @Test
    void otherLayoutIsRefused() throws IOException {
        BlockWriter blocks = new BlockWriter();
        Text out = new Text();
        blocks.begin(
                out,
                new Header()
                        .set(Header.TOOL, "0.9")
                        .set(Header.START, "1")
                        .set(Header.LAYOUT, Long.toHexString(EventLayout.HASH + 1))
                        .toBytes());
        blocks.end(out);
        ByteArrayInputStream in = new ByteArrayInputStream(bytes(out));
        RecordingException refusal = assertThrows(RecordingException.class, () -> Recording.open(in));
        assertEquals("it was written by accept4-trace 0.9, whose records have another layout", refusal.getMessage());
    }
}
