package accept4trace.bench;

import accept4trace.event.Call;
import accept4trace.event.EventDecoder;
import accept4trace.event.EventLayout;
import accept4trace.event.RecordBuilder;
import accept4trace.fake.NoDetails;
import accept4trace.format.EventFormatter;
import accept4trace.format.TextOptions;
import accept4trace.format.WallClock;
import accept4trace.format.json.JsonFormatter;
import accept4trace.format.lines.StraceFormatter;
import accept4trace.format.lines.TextFormatter;
import accept4trace.text.Text;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Measures the steps from the record of an event to its line. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class EventBenchmark {
    private static final long EAGAIN = 11;
    /** Longer than the wait of any connection in {@link #CALLS}. */
    private static final long BETWEEN_ACCEPTS_NS = 100_000;

    private static final byte[] ANY = {0, 0, 0, 0};
    private static final byte[] SERVER = {10, 0, 0, 1};
    private static final byte[] CLIENT = {10, 0, 0, 9};
    private static final byte[] PATH = "/run/app.sock".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] CLIENT_SOCKADDR = {2, 0, (byte) 0xcd, (byte) 0xcc, 10, 0, 0, 9, 0, 0, 0, 0, 0, 0, 0, 0};
    private static final WallClock CLOCK = new WallClock(() -> 0, second -> 0);

    private static final Map<String, RecordBuilder> CALLS = Map.of(
            "tcp",
            listening()
                    .ret(9)
                    .addrlenIn(16)
                    .addrlenOut(16)
                    .userAddress(CLIENT_SOCKADDR)
                    .tcpPeer(SERVER, 443, CLIENT, 52684)
                    .waited(20_000)
                    .queue(0, 511),
            "unix",
            new RecordBuilder()
                    .ret(9)
                    .unixListener(PATH)
                    .unixPeer(PATH, new byte[0], 4711)
                    .queue(0, 511),
            "eagain",
            listening().ret(-EAGAIN));

    private final EventDecoder decoder = new EventDecoder();
    private final EventFormatter text = new TextFormatter(TextOptions.DEFAULT, NoDetails.NONE, CLOCK);
    private final EventFormatter strace = new StraceFormatter(TextOptions.DEFAULT, NoDetails.NONE, CLOCK, 0);
    private final EventFormatter json =
            new JsonFormatter(new JsonFormatter.Origin("host", "boot"), NoDetails.NONE, CLOCK);
    private final Text lines = new Text();

    @Param({"tcp", "unix", "eagain"})
    private String call;

    private ByteBuffer record;
    private Call decoded;
    private long acceptedNs;

    private static RecordBuilder listening() {
        return new RecordBuilder().tcpListener(ANY, 443);
    }

    @Setup
    public void prepare() {
        record = CALLS.get(call).build();
        acceptedNs = record.getLong(EventLayout.Event.ACCEPTED_NS);
        decoded = decoder.decode(record, 0);
    }

    /**
     * Gives each connection a later accept time than the one before. With equal times, the decoder would count all
     * earlier connections as accepted while this one waited.
     */
    @Benchmark
    public Call decode() {
        acceptedNs += BETWEEN_ACCEPTS_NS;
        record.putLong(EventLayout.Event.ACCEPTED_NS, acceptedNs);
        return decoder.decode(record, 0);
    }

    @Benchmark
    public int text() {
        return format(text);
    }

    @Benchmark
    public int json() {
        return format(json);
    }

    @Benchmark
    public int strace() {
        return format(strace);
    }

    /** Reuses a buffer as the tool does, but empties it before each line. */
    private int format(EventFormatter formatter) {
        lines.clear();
        formatter.format(lines, decoded);
        return lines.length();
    }
}
