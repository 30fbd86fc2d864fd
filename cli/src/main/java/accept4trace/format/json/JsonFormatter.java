package accept4trace.format.json;

import accept4trace.diagnose.Diagnosis;
import accept4trace.diagnose.Finding;
import accept4trace.event.AcceptArguments;
import accept4trace.event.AcceptCall;
import accept4trace.event.Beginning;
import accept4trace.event.Call;
import accept4trace.event.CallStack;
import accept4trace.event.Caller;
import accept4trace.event.Closing;
import accept4trace.event.Connection;
import accept4trace.event.Ending;
import accept4trace.event.GivenUp;
import accept4trace.event.KernelSocket;
import accept4trace.event.ListenerFd;
import accept4trace.event.Losses;
import accept4trace.event.ProcessExit;
import accept4trace.event.RefusedAttempt;
import accept4trace.event.RefusedUnixClient;
import accept4trace.event.RelatedCall;
import accept4trace.event.Span;
import accept4trace.event.TriggerEvent;
import accept4trace.format.EventFormatter;
import accept4trace.format.ProcessDetails;
import accept4trace.format.SocketFlags;
import accept4trace.format.WallClock;
import accept4trace.format.Workload;
import accept4trace.format.Workloads;
import accept4trace.queue.ListenerQueue;
import accept4trace.summary.Run;
import accept4trace.text.Errno;
import accept4trace.text.SignalNames;
import accept4trace.text.Text;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Formats JSON Lines: one object per record, see accept4-trace.schema.json. Values that are unknown or do not apply are
 * omitted; zero and false are not. A number that is only a bound has a name of its own, with at_least or at_most.
 */
public final class JsonFormatter implements EventFormatter {
    /** Incremented if a field is removed or changes its meaning. New fields can be added at any time. */
    public static final int SCHEMA = 2;

    private final Origin origin;
    private final WallClock clock;
    private final ProcessDetails details;
    private final JsonText generated = new JsonText();
    private final JsonGenerator json;
    private final JsonFields fields;
    private final JsonWaits waits;
    private final JsonSockets sockets;
    private final JsonStatistics statistics;
    private final JsonStacks stacks;
    private final JsonQueues queues;
    private final JsonRefusals refusals;
    private final JsonFindings findings;
    private final JsonLosses losses;
    private final JsonClosings closings;
    private final Workloads workloads;

    /**
     * The machine that the records come from, for consumers that merge records of several machines.
     *
     * @param host host name
     * @param bootId id that changes with each boot, when CLOCK_MONOTONIC restarts at 0
     */
    public record Origin(String host, String bootId) {}

    /** Writes the fields that follow the common fields of a record. */
    private interface Body {
        void write() throws IOException;
    }

    public JsonFormatter(Origin origin, ProcessDetails details, WallClock clock) {
        this.origin = origin;
        this.clock = clock;
        this.details = details;
        this.json = generated.generator();
        this.fields = new JsonFields(json);
        this.waits = new JsonWaits(json, fields);
        this.sockets = new JsonSockets(json, details);
        this.workloads = new Workloads(details);
        this.stacks = new JsonStacks(json, details);
        this.queues = new JsonQueues(json, sockets, details);
        this.refusals = new JsonRefusals(json, sockets, details);
        this.findings = new JsonFindings(json, sockets, fields);
        this.losses = new JsonLosses(json);
        this.closings = new JsonClosings(json, sockets);
        this.statistics = new JsonStatistics(json, sockets, details, clock);
    }

    @Override
    public void format(Text text, Call call) {
        CallStack stack = stacks.unwind(call.caller());
        call.visit(
                accept -> call(text, "accept4", accept, stack, () -> accept(accept)),
                other -> call(text, "call", other, stack, () -> related(other)));
    }

    private void call(Text text, String type, Call call, @Nullable CallStack stack, Body body) {
        record(text, type, call.span().exitNs(), () -> {
            caller(call.caller());
            body.write();
            stacks.write(stack);
        });
    }

    private void accept(AcceptCall call) throws IOException {
        cgroup(call.caller());
        json.writeStringField("syscall", call.syscall().toString());
        if (call.isNative()) {
            span(call);
            arguments(call);
            result(call.span());
        } else {
            json.writeStringField("via", call.via().toString());
        }
        sockets(call);
        waits.write(call);
        marks(call);
    }

    private void related(RelatedCall call) throws IOException {
        json.writeStringField("syscall", call.syscall().toString());
        span(call);
        json.writeFieldName("arguments");
        json.writeArray(call.arguments(), 0, call.arguments().length);
        result(call.span());
        json.writeNumberField("fd", call.listener().fd());
        sockets.write("listener", call.listener().socket());
        fields.hex("user_address", call.address());
        fields.positive("ready", call.ready());
        waits.queue(call.listener().backlog());
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
    public void format(Text text, RefusedAttempt attempt) {
        record(text, "refused", attempt.first().timeNs(), () -> refusals.write(attempt));
    }

    @Override
    public void format(Text out, RefusedUnixClient client) {
        record(out, "refused", client.first().timeNs(), () -> refusals.write(client));
    }

    @Override
    public void format(Text text, Closing closing) {
        record(text, "closed", closing.endedNs(), () -> {
            caller(closing.caller());
            closings.write(closing);
        });
    }

    @Override
    public void format(Text text, GivenUp client) {
        record(text, "gave-up", client.atNs(), () -> closings.write(client));
    }

    @Override
    public void lost(Text text, Losses losses, long atNs) {
        record(text, "lost", atNs, () -> this.losses.write(losses));
    }

    @Override
    public void notice(Text text, String line, long atNs) {
        record(text, "notice", atNs, () -> json.writeStringField("text", line));
    }

    @Override
    public void trigger(Text text, TriggerEvent event) {
        record(text, "trigger", event.atNs(), () -> {
            json.writeStringField("condition", event.condition());
            json.writeStringField("text", event.what());
            json.writeNumberField("before_ns", event.wantedNs());
            json.writeNumberField("kept_ns", Math.min(event.keptNs(), event.wantedNs()));
        });
    }

    /** Appends one record per finding, and notices on the limits of the diagnosis. */
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
        record(text, "finding", atNs, () -> findings.write(finding));
    }

    /** Appends one record for each queue. */
    public void queues(Text text, List<ListenerQueue> queues) {
        queues.forEach(queue -> record(text, "queue", queue.takenNs(), () -> this.queues.write(queue)));
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
        losses.write(run.losses());
        json.writeEndObject();
        if (run.statistics() != null) {
            statistics.write(run.statistics());
        }
    }

    private void record(Text text, String type, long monotonicNs, Body body) {
        generated.appendTo(text);
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
        text.add('\n');
    }

    private void caller(Caller caller) throws IOException {
        json.writeNumberField("tgid", caller.tgid());
        json.writeNumberField("tid", caller.tid());
        json.writeStringField("comm", JsonSockets.string(caller.threadComm()));
        json.writeStringField("process_comm", JsonSockets.string(caller.processComm()));
        json.writeNumberField("uid", Integer.toUnsignedLong(caller.uid()));
    }

    private void cgroup(Caller caller) throws IOException {
        json.writeNumberField("cgroup_id", caller.cgroup());
        byte[] path = details.cgroup(caller.tgid(), caller.cgroup());
        if (path != null) {
            json.writeStringField("cgroup", JsonSockets.string(path));
        }
        Workload workload = workloads.of(caller);
        fields.optional("unit", latin1(workload.unit()));
        fields.optional("container", latin1(workload.container()));
    }

    /** Decodes UTF-8 from a string with one character per byte; null for null. */
    private static @Nullable String latin1(@Nullable String bytes) {
        return bytes == null ? null : JsonSockets.string(bytes.getBytes(StandardCharsets.ISO_8859_1));
    }

    private void span(Call call) throws IOException {
        Span span = call.span();
        json.writeStringField("beginning", span.beginning().name().toLowerCase(Locale.ROOT));
        if (span.beginning().isTimed()) {
            json.writeNumberField("began_ns", clock.epochNs(span.enterNs()));
            if (span.ending() != Ending.MISSED) {
                boolean atLeast = span.beginning() == Beginning.BEFORE_TRACING;
                json.writeNumberField(atLeast ? "duration_at_least_ns" : "duration_ns", call.durationNs());
            }
        }
    }

    private void arguments(AcceptCall call) throws IOException {
        AcceptArguments arguments = call.arguments();
        json.writeNumberField("fd", call.listener().fd());
        fields.pointer("addr", arguments.addressPointer());
        fields.pointer("addrlen", arguments.lengthPointer());
        fields.optional("addrlen_in", arguments.lengthIn());
        fields.optional("addrlen_out", arguments.lengthOut());
        fields.hex("user_address", arguments.address());
        if (call.hasFlags()) {
            json.writeNumberField("flags", Integer.toUnsignedLong(arguments.flags()));
            json.writeArrayFieldStart("flag_names");
            for (String name : SocketFlags.names(arguments.flags())) {
                json.writeString(name);
            }
            json.writeEndArray();
        }
    }

    /**
     * Writes the result and how the call ended. If seccomp sent SIGSYS, writes neither, because there is no result, and
     * the thread may have survived.
     */
    private void result(Span span) throws IOException {
        if (span.hasResult() || span.beginning() != Beginning.BY_SECCOMP) {
            json.writeStringField("ending", span.ending().name().toLowerCase(Locale.ROOT));
        }
        if (!span.hasResult()) {
            return;
        }
        long ret = span.ret();
        json.writeNumberField("ret", ret < 0 ? -1 : ret);
        if (ret < 0) {
            json.writeNumberField("errno", -ret);
            json.writeStringField("error", Errno.name((int) -ret));
        }
    }

    private void sockets(AcceptCall call) throws IOException {
        ListenerFd listener = call.listener();
        sockets.write("listener", listener.socket());
        if (!call.failed() || call.lostConnection()) {
            sockets.write(
                    call.failed() ? "lost_connection" : "accepted",
                    call.connection().socket());
        }
        if (call.connection().peerTask() != null) {
            sockets.process("peer_process", call.connection().peerTask());
        }
        fields.positive("netns", listener.netns());
        json.writeBooleanField("so_reuseport", listener.reusePort());
        json.writeBooleanField("so_passcred", listener.passCredentials());
    }

    private void marks(AcceptCall call) throws IOException {
        Connection connection = call.connection();
        KernelSocket socket = connection.socket();
        if (socket != null && socket.knowsReset()) {
            json.writeBooleanField("reset", socket.isReset());
        }
        fields.optional("addr_mismatch", call.addressComparison());
        if (socket != null || connection.racy()) {
            json.writeBooleanField("peer_racy", connection.racy());
        }
    }
}
