package accept4trace.recording;

import static org.junit.jupiter.api.Assertions.assertEquals;

import accept4trace.capture.CallFilter;
import accept4trace.event.Endpoint.Unix;
import accept4trace.event.KernelSocket;
import accept4trace.event.Protocol;
import accept4trace.queue.ListenerHolders;
import accept4trace.queue.ListenerHolders.Named;
import accept4trace.queue.ListenerHolders.Validity;
import accept4trace.text.Text;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Tests that playback finds the same AF_UNIX listeners by name as the recorded trace did. */
class PlayedHoldersTest {
    private static final Unix NAME = new Unix("/run/x\0".getBytes(StandardCharsets.UTF_8));
    private static final KernelSocket FIRST = socket(99);
    private static final KernelSocket SECOND = socket(101);

    private final Recorder recorder = new Recorder(new Header());
    private final Text out = new Text();
    private Named answer = Named.UNKNOWN;
    private final RecordedHolders holders = new RecordedHolders(
            (ListenerHolders) Proxy.newProxyInstance(
                    getClass().getClassLoader(),
                    new Class<?>[] {ListenerHolders.class},
                    (proxy, method, arguments) -> answer),
            recorder);

    private static KernelSocket socket(long inode) {
        return new KernelSocket(inode, new Protocol(1, 1, 0, "UNIX"), 10, NAME, null, 0);
    }

    @BeforeEach
    void begin() {
        recorder.tick(out, 1);
        recorder.polled(out, 1);
    }

    private void record(long atNs, boolean isRepeated, Named found) {
        answer = found;
        assertEquals(found, holders.named(NAME, 1, 8, atNs, isRepeated));
    }

    private ListenerHolders played() throws Exception {
        recorder.endBlock(out);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        out.writeTo(bytes);
        try (Recording recording = Recording.open(new ByteArrayInputStream(bytes.toByteArray()))) {
            recording.source(CallFilter.NONE, notice -> {}).poll(0);
            return Objects.requireNonNull(recording.holdersOfUnix());
        }
    }

    private static Named named(ListenerHolders played, long atNs, boolean isRepeated) {
        return played.named(NAME, 1, 8, atNs, isRepeated);
    }

    /** The server has been restarted between the two refusals. */
    @Test
    void laterListenerDoesNotAnswerForAnEarlierRefusal() throws Exception {
        record(100, false, Named.UNKNOWN);
        record(200, false, new Named(SECOND, Validity.ALSO_LATER));
        ListenerHolders played = played();
        assertEquals(Named.UNKNOWN, named(played, 100, true));
        assertEquals(new Named(SECOND, Validity.ALSO_LATER), named(played, 200, false));
    }

    @Test
    void keptRefusalHasAnAnswerOfItsOwn() throws Exception {
        record(100, false, Named.UNKNOWN);
        record(200, false, new Named(SECOND, Validity.ALSO_LATER));
        record(100, true, Named.UNKNOWN);
        record(100, true, new Named(FIRST, Validity.ALSO_LATER));
        ListenerHolders played = played();
        assertEquals(new Named(FIRST, Validity.ONLY_THEN), named(played, 100, true));
        assertEquals(new Named(SECOND, Validity.ALSO_LATER), named(played, 300, false));
    }

    @Test
    void unknownListenerReplacesTheOneBefore() throws Exception {
        record(100, false, new Named(FIRST, Validity.ALSO_LATER));
        record(200, false, Named.UNKNOWN);
        assertEquals(Named.UNKNOWN, named(played(), 200, false));
    }
}
