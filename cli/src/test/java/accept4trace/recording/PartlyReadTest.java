package accept4trace.recording;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import accept4trace.action.ReadCommand;
import accept4trace.capture.Snapshots.Subject;
import accept4trace.event.EventLayout.End;
import accept4trace.event.EventLayout.Queue;
import accept4trace.event.EventLayout.QueueFlag;
import accept4trace.event.EventLayout.Socket;
import accept4trace.event.EventLayout.Waiting;
import accept4trace.event.RecordBuilder;
import accept4trace.fake.FakePlatform;
import accept4trace.options.Arguments;
import accept4trace.output.Notices;
import accept4trace.output.OutputStyle;
import accept4trace.text.Text;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tests reports on a part of a recording. The recording begins at 100 s. Its first snapshot is from 100.4 s, and others
 * follow each second. A client connects at 98 s, and the server accepts it only at 105.5 s.
 */
class PartlyReadTest {
    private static final long SECOND = 1_000_000_000L;
    private static final long START = 100 * SECOND;
    private static final long CONNECTED = 98 * SECOND;
    private static final int SERVER_PID = 178;
    private static final long INODE = 700;
    private static final int NETNS = 7;
    private static final String UNKNOWN = "cannot rule out stuck: ";

    @TempDir
    private Path folder;

    private final BlockWriter blocks = new BlockWriter();
    private final ByteArrayOutputStream file = new ByteArrayOutputStream();
    private long polledNs;
    private FakePlatform reader = new FakePlatform();

    private void poll(double atSeconds) {
        long atNs = START + Math.round(atSeconds * SECOND);
        blocks.item(RecordingFormat.POLL, new ByteWriter().signed(atNs - polledNs));
        polledNs = atNs;
    }

    /** Adds a snapshot at the time of the last poll. */
    private void snapshot(int waiting, boolean last) {
        ByteBuffer record = ByteBuffer.allocate(Queue.BYTES + waiting * Waiting.BYTES)
                .order(ByteOrder.nativeOrder())
                .putInt(Queue.SHOWN, waiting)
                .putInt(Queue.FLAGS, QueueFlag.HAS_LENGTH)
                .putLong(Queue.LISTENER + Socket.INODE, INODE)
                .putShort(Queue.LISTENER + Socket.FAMILY, (short) 2)
                .putShort(Queue.LISTENER + Socket.LOCAL + End.PORT, (short) 8077)
                .putLong(Queue.TAKEN_NS, polledNs)
                .putInt(Queue.NETNS, NETNS)
                .putInt(Queue.TGID, SERVER_PID)
                .putInt(Queue.WAITING, waiting)
                .putInt(Queue.LIMIT, 4)
                .put(Queue.COMM, "server".getBytes(StandardCharsets.UTF_8));
        if (waiting > 0) {
            record.putLong(Queue.BYTES + Waiting.AGE_NS, polledNs - CONNECTED).putLong(Queue.BYTES + Waiting.SOCKET, 5);
        }
        SnapshotItem.Writer writer = new SnapshotItem.Writer();
        writer.add(record, 0, record.capacity());
        blocks.item(RecordingFormat.SNAPSHOT, writer.item(Subject.QUEUES, last, Set.of(SERVER_PID), null));
    }

    private void accept() {
        ByteBuffer call = new RecordBuilder()
                .by(SERVER_PID, SERVER_PID)
                .tcpListener(new byte[4], 8077)
                .listenerInode(INODE)
                .surroundings(NETNS, 0)
                .tcpPeer(new byte[] {10, 0, 0, 1}, 8077, new byte[] {10, 0, 0, 9}, 4000)
                .beganAt(polledNs - 2000)
                .acceptedAt(polledNs - 1500)
                .waited(polledNs - 1500 - CONNECTED)
                .endedAt(polledNs - 1000)
                .ret(7)
                .build();
        ByteWriter packed = new ByteWriter().number(call.remaining());
        new Packing().pack(packed, call, 0, call.remaining());
        blocks.item(RecordingFormat.RECORD, packed);
    }

    @BeforeEach
    void aRecording() throws Exception {
        Text out = new Text();
        blocks.begin(
                out,
                new Header()
                        .set(Header.START, Long.toString(START))
                        .set(Header.CALLS, "accept4,accept,io_uring,%poll,closed")
                        .set(Header.DIAGNOSIS, true)
                        .set(Header.ALL, true)
                        .toBytes());
        for (int second = 0; second < 5; second++) {
            poll(second + 0.4);
            snapshot(1, false);
        }
        poll(5.5);
        accept();
        poll(6.5);
        snapshot(0, true);
        blocks.item(RecordingFormat.END, new ByteWriter().signed(polledNs));
        blocks.end(out);
        out.writeTo(file);
    }

    private int read(String... options) throws Exception {
        Path recording = Files.write(folder.resolve("recording"), file.toByteArray());
        List<String> words = new ArrayList<>(List.of("--read=" + recording));
        words.addAll(List.of(options));
        reader = new FakePlatform();
        return new ReadCommand(
                        Arguments.parse(words.toArray(String[]::new)),
                        new Notices(new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8), false),
                        new OutputStyle(Map.of()),
                        reader)
                .run()
                .status();
    }

    private String out() {
        return reader.system.text(1);
    }

    private String err() {
        return reader.system.text(2);
    }

    @Test
    void diagnosisUsesTheLastSnapshotBeforeItsEnd() throws Exception {
        assertEquals(4, read("--diagnose=4.8s", "--fail-on=stuck"));
        assertTrue(
                out().replaceAll("\\s+", " ")
                        .contains("stuck on 0.0.0.0:8077: nothing has been accepted for at least 4.0 s; 1 connection"
                                + " waits, for 6.4 s"),
                this::out);
        assertFalse(err().contains(UNKNOWN), this::err);
    }

    /** The last snapshot before the end was taken before the accept. */
    @Test
    void listenerIsNotStuckIfItAcceptsAfterTheLastSnapshot() throws Exception {
        assertEquals(0, read("--diagnose=6s", "--fail-on=stuck"));
        assertFalse(out().contains("stuck on"), this::out);
    }

    @Test
    void wholeRecordingHasASnapshotOfItsEnd() throws Exception {
        assertEquals(0, read("--diagnose", "--fail-on=stuck"));
        assertFalse(out().contains("unknown") || out().contains("stuck on"), this::out);
    }

    @Test
    void queuesAreUnknownBeforeTheFirstSnapshot() throws Exception {
        assertEquals(1, read("--diagnose=300ms", "--fail-on=stuck"));
        assertTrue(
                err().contains(
                                UNKNOWN + "the accept queues are unknown (no snapshot was recorded)\n"
                                        + "hint: a later part of the recording may show them: omit TIME or --duration, or make it longer\n"),
                this::err);
    }

    @Test
    void hintOfATooShortDiagnosisFitsARecording() throws Exception {
        assertEquals(1, read("--diagnose=800ms", "--fail-on=stuck"));
        assertTrue(
                err().contains(UNKNOWN + "clients wait, and the run was too short\n"
                        + "hint: read or record two seconds or longer\n"),
                this::err);
    }

    /** Recorded snapshots cannot be filtered by cgroup, but lines do not need them. */
    @Test
    void linesDoNotUseSnapshots() throws Exception {
        assertEquals(0, read("--cgroup=/"));
        assertFalse(err().contains("snapshot"), this::err);
        assertEquals(0, read("--cgroup=/", "-c"));
        assertTrue(err().contains("a snapshot of the accept queues has failed"), this::err);
    }

    @Test
    void summaryShowsTheLastSnapshotBeforeItsEnd() throws Exception {
        assertEquals(0, read("-c", "--duration=4.8s"));
        assertFalse(out().contains("unknown"), this::out);
    }
}
