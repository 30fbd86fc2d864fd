package accept4trace.format.json;

import accept4trace.diagnose.Diagnosis;
import accept4trace.diagnose.Finding;
import accept4trace.event.AcceptEvent;
import accept4trace.event.Beginning;
import accept4trace.event.CallStack;
import accept4trace.event.Ending;
import accept4trace.event.Losses;
import accept4trace.event.ProcessExit;
import accept4trace.event.RelatedCall;
import accept4trace.event.UserAddress;
import accept4trace.format.EventFormatter;
import accept4trace.format.ProcessDetails;
import accept4trace.format.SocketFlags;
import accept4trace.format.WallClock;
import accept4trace.format.Workload;
import accept4trace.format.Workloads;
import accept4trace.summary.Run;
import accept4trace.text.Errno;
import accept4trace.text.SignalNames;
import accept4trace.text.Text;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** JSON Lines: an object a record, as accept4-trace.schema.json describes them. What is unknown is left out. */
public final class JsonFormatter implements EventFormatter {
    /** Raised when a field changes its meaning or goes; new ones may come at any time. */
    public static final int SCHEMA = 1;

    private final Origin origin;
    private final WallClock clock;
    private final ProcessDetails details;
    private final JsonGenerator json;
    private final JsonSockets sockets;
    private final JsonStatistics statistics;
    private final JsonStacks stacks;
    private final Workloads workloads;
    private Text out;

    /**
     * Whose records these are, for where those of several machines come together.
     *
     * @param host its name
     * @param bootId changes with each boot, as CLOCK_MONOTONIC begins anew
     */
    public record Origin(String host, String bootId) {}

    /** What stands between the common head of a record and its end. */
    private interface Body {
        void write() throws IOException;
    }

    public JsonFormatter(Origin origin, ProcessDetails details, WallClock clock) {
        this.origin = origin;
        this.clock = clock;
        this.details = details;
        try {
            this.json = factory().createGenerator(new IntoText());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        this.sockets = new JsonSockets(json, details);
        this.workloads = new Workloads(details);
        this.stacks = new JsonStacks(json, details);
        this.statistics = new JsonStatistics(json, sockets, details, clock);
    }

    /** Beyond ASCII there are characters that a terminal obeys. */
    private static JsonFactory factory() {
        return new JsonFactoryBuilder()
                .characterEscapes(new JsonEscapes())
                .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
                .disable(StreamWriteFeature.FLUSH_PASSED_TO_STREAM)
                .rootValueSeparator("")
                .build();
    }

    private final class IntoText extends OutputStream {
        @Override
        public void write(int one) {
            out.add((char) one);
        }

        @Override
        public void write(byte[] bytes, int from, int length) {
            out.add(bytes, from, from + length);
        }
    }

    @Override
    public void format(Text text, AcceptEvent event) {
        CallStack stack = stacks.unwind(event.tgid(), event.stack());
        record(text, "accept4", event.exitNs(), () -> {
            caller(event.tgid(), event.tid(), event.threadComm(), event.processComm(), event.uid());
            cgroup(event.tgid(), event.cgroup());
            json.writeStringField("syscall", event.syscall());
            optional("via", event.via());
            if (event.via() == null) {
                span(event.beginning(), event.ending(), event.enterNs(), event.durationNs());
                arguments(event);
                result(event.ret(), event.ending(), event.beginning());
            }
            sockets(event);
            queue(event);
            marks(event);
            stacks.write(stack);
        });
    }

    @Override
    public void format(Text text, RelatedCall call) {
        CallStack stack = stacks.unwind(call.tgid(), call.stack());
        record(text, "call", call.exitNs(), () -> {
            caller(call.tgid(), call.tid(), call.threadComm(), call.processComm(), call.uid());
            json.writeStringField("syscall", call.syscall());
            span(call.beginning(), call.ending(), call.enterNs(), call.durationNs());
            json.writeFieldName("arguments");
            json.writeArray(call.arguments(), 0, call.arguments().length);
            result(call.ret(), call.ending(), call.beginning());
            json.writeNumberField("fd", call.fd());
            sockets.write("listener", call.listener());
            hex("user_address", call.userAddress());
            positive("ready", call.ready());
            queue(call.queueLength(), call.queueMax());
            stacks.write(stack);
        });
    }

    @Override
    public void format(Text text, ProcessExit exit) {
        record(text, "exit", exit.exitNs(), () -> {
            json.writeNumberField("tgid", exit.tgid());
            json.writeStringField("comm", JsonSockets.string(exit.comm()));
            if (exit.signal() == 0) {
                json.writeNumberField("status", exit.exitStatus());
            } else {
                json.writeStringField("signal", SignalNames.of(exit.signal()));
                json.writeBooleanField("core_dumped", exit.coreDumped());
            }
        });
    }

    @Override
    public void lost(Text text, Losses losses, long atNs) {
        record(text, "lost", atNs, () -> counters(losses));
    }

    @Override
    public void notice(Text text, String line, long atNs) {
        record(text, "notice", atNs, () -> json.writeStringField("text", line));
    }

    /** A record a finding, and notices of what else is to be known. */
    public void diagnosis(Text text, Diagnosis diagnosis, long atNs) {
        diagnosis.findings().forEach(finding -> finding(text, finding, atNs));
        if (diagnosis.unseen() != null) {
            notice(text, "not seen on this kernel: " + diagnosis.unseen(), atNs);
        }
        if (diagnosis.forgotten() != null) {
            notice(text, diagnosis.forgotten(), atNs);
        }
        if (!diagnosis.silence().isEmpty()) {
            notice(text, diagnosis.silence(), atNs);
        }
    }

    private void finding(Text text, Finding finding, long atNs) {
        record(text, "finding", atNs, () -> {
            json.writeStringField("finding", finding.kind().word());
            json.writeStringField("severity", finding.severity().name().toLowerCase(Locale.ROOT));
            sockets.write("listener", finding.listener());
            json.writeArrayFieldStart("processes");
            for (int tgid : finding.processes()) {
                json.writeNumber(tgid);
            }
            json.writeEndArray();
            json.writeStringField("text", finding.headline());
            json.writeStringField("remedy", finding.remedy());
            json.writeObjectFieldStart("numbers");
            for (Map.Entry<String, Long> number : new TreeMap<>(finding.numbers()).entrySet()) {
                known(number.getKey(), number.getValue());
            }
            json.writeEndObject();
        });
    }

    @Override
    public void interval(Text text, Run run, long atNs) {
        record(text, "interval", atNs, () -> run(run));
    }

    @Override
    public void summary(Text text, Run run, long atNs) {
        record(text, "summary", atNs, () -> run(run));
    }

    private void run(Run run) throws IOException {
        json.writeNumberField("calls", run.calls());
        json.writeNumberField("duration_ns", run.durationNs());
        json.writeObjectFieldStart("lost");
        counters(run.losses());
        json.writeEndObject();
        if (run.statistics() != null) {
            statistics.write(run.statistics());
        }
    }

    private void record(Text text, String type, long monotonicNs, Body body) {
        out = text;
        try {
            json.writeStartObject();
            json.writeStringField("type", type);
            json.writeNumberField("schema", SCHEMA);
            json.writeStringField("host", origin.host());
            json.writeStringField("boot_id", origin.bootId());
            long epochNs = clock.epochNs(monotonicNs);
            json.writeStringField("time", Instant.ofEpochSecond(0, epochNs).toString());
            json.writeNumberField("time_ns", epochNs);
            body.write();
            json.writeEndObject();
            json.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        out.add('\n');
    }

    private void caller(int tgid, int tid, byte[] thread, byte[] process, int uid) throws IOException {
        json.writeNumberField("tgid", tgid);
        json.writeNumberField("tid", tid);
        json.writeStringField("comm", JsonSockets.string(thread));
        json.writeStringField("process_comm", JsonSockets.string(process));
        json.writeNumberField("uid", Integer.toUnsignedLong(uid));
    }

    private void cgroup(int tgid, long id) throws IOException {
        json.writeNumberField("cgroup_id", id);
        byte[] path = details.cgroup(tgid, id);
        if (path != null) {
            json.writeStringField("cgroup", JsonSockets.string(path));
        }
        Workload workload = workloads.of(tgid, id);
        optional("unit", latin1(workload.unit()));
        optional("container", latin1(workload.container()));
    }

    /** Of a text whose characters stand for bytes. */
    private static String latin1(String bytes) {
        return bytes == null ? null : JsonSockets.string(bytes.getBytes(StandardCharsets.ISO_8859_1));
    }

    private void span(Beginning beginning, Ending ending, long enterNs, long durationNs) throws IOException {
        json.writeStringField("beginning", beginning.name().toLowerCase(Locale.ROOT));
        if (beginning.isTimed()) {
            json.writeNumberField("began_ns", clock.epochNs(enterNs));
            if (ending != Ending.MISSED) {
                json.writeNumberField("duration_ns", durationNs);
            }
        }
    }

    private void arguments(AcceptEvent event) throws IOException {
        json.writeNumberField("fd", event.fd());
        pointer("addr", event.addressPointer());
        pointer("addrlen", event.addrlenPointer());
        number("addrlen_in", event.addrlenIn());
        number("addrlen_out", event.addrlenOut());
        hex("user_address", event.userAddress());
        if (event.hasFlags()) {
            json.writeNumberField("flags", Integer.toUnsignedLong(event.socketFlags()));
            json.writeArrayFieldStart("flag_names");
            for (String name : SocketFlags.names(event.socketFlags())) {
                json.writeString(name);
            }
            json.writeEndArray();
        }
    }

    /** A call whose thread was killed has none; nor has one that seccomp answered with a SIGSYS. */
    private void result(long ret, Ending ending, Beginning beginning) throws IOException {
        if (ending != Ending.RETURNED) {
            if (beginning != Beginning.BY_SECCOMP) {
                json.writeBooleanField(ending == Ending.KILLED ? "killed" : "missed", true);
            }
            return;
        }
        json.writeNumberField("ret", ret < 0 ? -1 : ret);
        if (ret < 0) {
            json.writeNumberField("errno", -ret);
            json.writeStringField("error", Errno.name((int) -ret));
        }
    }

    private void sockets(AcceptEvent event) throws IOException {
        sockets.write("listener", event.listener());
        if (!event.failed() || event.lostConnection()) {
            sockets.write(event.failed() ? "lost" : "accepted", event.accepted());
        }
        if (event.peerTask() != null) {
            json.writeObjectFieldStart("peer_process");
            json.writeNumberField("pid", event.peerTask().pid());
            json.writeNumberField("uid", Integer.toUnsignedLong(event.peerTask().uid()));
            json.writeStringField("comm", JsonSockets.string(event.peerTask().comm()));
            json.writeEndObject();
        }
        positive("netns", event.netns());
        json.writeBooleanField("so_reuseport", event.reusePort());
        json.writeBooleanField("so_passcred", event.passCredentials());
    }

    private void queue(AcceptEvent event) throws IOException {
        known("wait_ns", event.waitNs());
        known("wake_ns", event.wakeNs());
        queue(event.queueLength(), event.queueMax());
        positive("ahead", event.ahead());
        positive("drops", event.drops());
    }

    private void queue(long length, long max) throws IOException {
        if (length >= 0) {
            json.writeNumberField("queue", length);
            json.writeNumberField("queue_max", max);
        }
    }

    private void marks(AcceptEvent event) throws IOException {
        flag("reset", event.accepted() != null && event.accepted().isReset());
        flag("addr_mismatch", UserAddress.disagrees(event));
        flag("peer_racy", event.peerRacy());
    }

    private void counters(Losses losses) throws IOException {
        json.writeNumberField("events", losses.events());
        json.writeNumberField("entries", losses.entries());
        json.writeNumberField("children", losses.children());
        json.writeNumberField("misses", losses.misses());
        json.writeNumberField("unseen_children", losses.unseenChildren());
        json.writeNumberField("halves", losses.halves());
    }

    private void optional(String name, String value) throws IOException {
        if (value != null) {
            json.writeStringField(name, value);
        }
    }

    private void pointer(String name, long value) throws IOException {
        json.writeFieldName(name);
        json.writeNumber(Long.toUnsignedString(value));
    }

    private void number(String name, Integer value) throws IOException {
        if (value != null) {
            json.writeNumberField(name, value);
        }
    }

    private void known(String name, long value) throws IOException {
        if (value >= 0) {
            json.writeNumberField(name, value);
        }
    }

    private void positive(String name, long value) throws IOException {
        if (value > 0) {
            json.writeNumberField(name, value);
        }
    }

    private void flag(String name, boolean value) throws IOException {
        if (value) {
            json.writeBooleanField(name, true);
        }
    }

    private void hex(String name, byte[] bytes) throws IOException {
        if (bytes != null) {
            json.writeStringField(name, HexFormat.of().formatHex(bytes));
        }
    }
}
