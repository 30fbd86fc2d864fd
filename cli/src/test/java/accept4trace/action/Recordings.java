package accept4trace.action;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import accept4trace.capture.EventBatch;
import accept4trace.event.FamilyCoverage;
import accept4trace.event.RecordBuilder;
import accept4trace.fake.FakePlatform;
import accept4trace.fake.FakeSystem;
import accept4trace.options.Arguments;
import accept4trace.options.Settings;
import accept4trace.outcome.Outcome;
import accept4trace.outcome.UserError;
import accept4trace.output.Notices;
import accept4trace.output.OutputStyle;
import accept4trace.proc.FakeMachine;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Base class for tests that record a trace of a fake kernel, and read the recording. */
abstract class Recordings {
    static final int STDOUT = 1;
    static final int STDERR = 2;
    static final byte[] ANY = new byte[4];
    static final String SELF = "-p" + ProcessHandle.current().pid();

    final FakePlatform live = new FakePlatform();
    FakePlatform reader = new FakePlatform();

    @TempDir
    Path root;

    Path file;
    FakeMachine machine;

    @BeforeEach
    void aMachineOnWhichAllIsWell() {
        live.source.refusals = FamilyCoverage.ALL;
        machine = new FakeMachine(root);
        file = root.resolve("recording");
    }

    static EventBatch batch(boolean last, RecordBuilder... records) {
        return batchOf(last, Arrays.stream(records).map(RecordBuilder::build).toArray(ByteBuffer[]::new));
    }

    static EventBatch batchOf(boolean last, ByteBuffer... records) {
        ByteBuffer all = ByteBuffer.allocate(256 * 1024).order(ByteOrder.nativeOrder());
        Arrays.stream(records).forEach(all::put);
        return new EventBatch(all, all.position(), 0, false, last, false);
    }

    static RecordBuilder[] calls(int count) {
        return Stream.iterate(0, i -> i + 1)
                .limit(count)
                .map(i -> new RecordBuilder()
                        .tcpListener(ANY, 8080)
                        .tcpPeer(new byte[] {10, 0, 0, 1}, 8080, new byte[] {10, 0, 0, (byte) (i % 100)}, 10_000 + i)
                        .beganAt(1_000_000_000L + i * 50_000L)
                        .endedAt(1_000_012_345L + i * 50_000L)
                        .acceptedAt(1_000_011_000L + i * 50_000L)
                        .waited(20_000 + i)
                        .queue(i % 3, 128)
                        .surroundings(7, 3)
                        .ret(7 + i % 5))
                .toArray(RecordBuilder[]::new);
    }

    static Settings parse(String... options) throws UserError {
        return Arguments.parse(options);
    }

    private static Notices notices(Settings settings) {
        return new Notices(
                new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8),
                settings.session().quiet());
    }

    static String[] with(String first, String options) {
        return Stream.concat(Stream.of(first), Arrays.stream(options.split(" ")).filter(word -> !word.isEmpty()))
                .toArray(String[]::new);
    }

    private TraceCommand command(Settings settings) {
        return new TraceCommand(settings, notices(settings), machine.machine(), new OutputStyle(Map.of()), live);
    }

    /** Traces, writes a recording of the same run to {@link #file}, and returns what the trace has printed. */
    String trace(String options) throws Exception {
        ByteArrayOutputStream recording = new ByteArrayOutputStream();
        TraceCommand command = command(parse(with(SELF, options)));
        RecordedToo.to(recording, command).trace();
        Files.write(file, recording.toByteArray());
        return live.system.text(STDOUT);
    }

    /** The next recording is made without the hooks for refused connections and closed listeners. */
    void seeNoLostConnections() {
        live.source.refusals = FamilyCoverage.NONE;
        live.source.closings = FamilyCoverage.NONE;
    }

    void record(String options) throws Exception {
        command(parse(with(SELF, "--format=raw -o x " + options))).trace();
        Files.write(file, live.system.bytes(FakeSystem.FILE));
    }

    Outcome read(String options) throws UserError {
        reader = new FakePlatform();
        Settings settings = parse(with("--read=" + file, options));
        return new ReadCommand(settings, notices(settings), new OutputStyle(Map.of()), reader).run();
    }

    String lines(String options) throws UserError {
        read(options);
        return reader.system.text(STDOUT);
    }

    UserError assertRefused(String message, String options) {
        UserError e = assertThrows(UserError.class, () -> read(options));
        assertEquals(message, e.getMessage());
        return e;
    }
}
