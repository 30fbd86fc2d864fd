package accept4trace.format.json;

import accept4trace.event.SystemCall;
import accept4trace.format.ProcessDetails;
import accept4trace.format.SocketFlags;
import accept4trace.format.WallClock;
import accept4trace.summary.Latency;
import accept4trace.summary.Peer;
import accept4trace.summary.Statistics;
import accept4trace.summary.Statistics.CallCount;
import accept4trace.summary.Statistics.ErrorCount;
import accept4trace.summary.Statistics.ListenerCount;
import accept4trace.summary.Statistics.PeerCount;
import accept4trace.summary.Statistics.WorkerCount;
import accept4trace.text.Errno;
import accept4trace.text.FamilyNames;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.Map;

/** Writes statistics as fields of the current JSON object. */
final class JsonStatistics {
    private final JsonGenerator json;
    private final OptionalFields fields;
    private final JsonSockets sockets;
    private final ProcessDetails details;
    private final WallClock clock;

    JsonStatistics(JsonGenerator json, JsonSockets sockets, ProcessDetails details, WallClock clock) {
        this.json = json;
        this.fields = new OptionalFields(json);
        this.sockets = sockets;
        this.details = details;
        this.clock = clock;
    }

    void write(Statistics statistics) throws IOException {
        json.writeNumberField("connections", statistics.connections());
        json.writeArrayFieldStart("syscalls");
        for (Map.Entry<SystemCall, CallCount> call : statistics.calls().entrySet()) {
            syscall(call.getKey(), call.getValue());
        }
        json.writeEndArray();
        json.writeArrayFieldStart("errors");
        for (Map.Entry<Integer, ErrorCount> error : statistics.errors().entrySet()) {
            error(error.getKey(), error.getValue().calls());
        }
        json.writeEndArray();
        latency("wait", statistics.waits());
        json.writeArrayFieldStart("listeners");
        for (ListenerCount listener : statistics.listeners().values()) {
            listener(listener);
        }
        json.writeEndArray();
        json.writeNumberField("other_listeners", statistics.otherListeners().connections());
        json.writeArrayFieldStart("peers");
        for (Map.Entry<Peer, PeerCount> peer : statistics.peers().entrySet()) {
            peer(peer.getKey(), peer.getValue());
        }
        json.writeEndArray();
        json.writeNumberField("other_peers", statistics.otherPeers().connections());
        json.writeArrayFieldStart("workers");
        for (Map.Entry<Integer, WorkerCount> worker : statistics.workers().entrySet()) {
            if (worker.getValue().calls() > 0) {
                worker(worker.getKey(), worker.getValue());
            }
        }
        json.writeEndArray();
        json.writeNumberField("other_workers", statistics.otherWorkers().calls());
        json.writeArrayFieldStart("flags");
        for (Map.Entry<Integer, Long> flags : statistics.flags().entrySet()) {
            flags(flags.getKey(), flags.getValue());
        }
        json.writeEndArray();
    }

    private void syscall(SystemCall syscall, CallCount call) throws IOException {
        json.writeStartObject();
        json.writeStringField("syscall", syscall.toString());
        json.writeNumberField("calls", call.calls());
        json.writeNumberField("errors", call.errors());
        latency("duration", call.durations());
        json.writeEndObject();
    }

    private void error(int errno, long calls) throws IOException {
        json.writeStartObject();
        json.writeNumberField("errno", errno);
        json.writeStringField("error", Errno.name(errno));
        json.writeNumberField("calls", calls);
        json.writeEndObject();
    }

    private void latency(String field, Latency latency) throws IOException {
        json.writeObjectFieldStart(field);
        json.writeNumberField("count", latency.count());
        json.writeNumberField("sum_ns", latency.sumNs());
        if (latency.count() > 0) {
            json.writeNumberField("p50_ns", latency.percentileNs(50));
            json.writeNumberField("p90_ns", latency.percentileNs(90));
            json.writeNumberField("p99_ns", latency.percentileNs(99));
            json.writeNumberField("max_ns", latency.maxNs());
        }
        if (latency.isCoarse()) {
            json.writeBooleanField("coarse", true);
        }
        json.writeEndObject();
    }

    private void listener(ListenerCount listener) throws IOException {
        json.writeStartObject();
        sockets.write("socket", listener.socket());
        json.writeNumberField("connections", listener.connections());
        fields.known("queue", listener.queue());
        fields.known("queue_high", listener.queueHigh());
        fields.known("queue_max", listener.queueMax());
        fields.known("drops", listener.drops());
        latency("wait", listener.waits());
        json.writeEndObject();
    }

    private void peer(Peer peer, PeerCount count) throws IOException {
        json.writeStartObject();
        json.writeStringField("family_name", FamilyNames.of(peer.family()));
        peer.write(new JsonFields(json));
        String name = peer.isIp() ? details.hostName(peer.name()) : null;
        if (name != null) {
            json.writeStringField("name", name);
        }
        json.writeNumberField("connections", count.connections());
        json.writeNumberField("first_ns", clock.epochNs(count.firstNs()));
        json.writeNumberField("last_ns", clock.epochNs(count.lastNs()));
        json.writeEndObject();
    }

    private void worker(int tgid, WorkerCount worker) throws IOException {
        json.writeStartObject();
        json.writeNumberField("tgid", tgid);
        json.writeStringField("comm", JsonSockets.string(worker.comm()));
        json.writeNumberField("calls", worker.calls());
        json.writeNumberField("connections", worker.connections());
        json.writeNumberField("eagain", worker.eagain());
        json.writeEndObject();
    }

    private void flags(int flags, long calls) throws IOException {
        json.writeStartObject();
        json.writeNumberField("flags", Integer.toUnsignedLong(flags));
        json.writeArrayFieldStart("flag_names");
        for (String name : SocketFlags.names(flags)) {
            json.writeString(name);
        }
        json.writeEndArray();
        json.writeNumberField("calls", calls);
        json.writeEndObject();
    }
}
