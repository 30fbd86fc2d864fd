package accept4trace.format.json;

import accept4trace.event.Coverage;
import accept4trace.event.Endpoint;
import accept4trace.event.SystemCall;
import accept4trace.format.ProcessDetails;
import accept4trace.format.SocketFlags;
import accept4trace.format.WallClock;
import accept4trace.summary.Latency;
import accept4trace.summary.ListenerCount;
import accept4trace.summary.Owners;
import accept4trace.summary.Peer;
import accept4trace.summary.QueueNow;
import accept4trace.summary.Statistics;
import accept4trace.summary.Statistics.CallCount;
import accept4trace.summary.Statistics.ErrorCount;
import accept4trace.summary.Statistics.PeerCount;
import accept4trace.summary.Worker;
import accept4trace.text.Errno;
import accept4trace.text.FamilyNames;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.Collection;

/** Writes statistics as fields of the current JSON object. */
final class JsonStatistics {
    private final JsonGenerator json;
    private final JsonFields fields;
    private final JsonSockets sockets;
    private final ProcessDetails details;
    private final WallClock clock;

    /** Writes the fields of an object. */
    private interface Writer<T> {
        void write(T item) throws IOException;
    }

    JsonStatistics(JsonGenerator json, JsonSockets sockets, ProcessDetails details, WallClock clock) {
        this.json = json;
        this.fields = new JsonFields(json);
        this.sockets = sockets;
        this.details = details;
        this.clock = clock;
    }

    void write(Statistics statistics) throws IOException {
        json.writeNumberField("connections", statistics.connections());
        json.writeNumberField("empty", statistics.emptyCount());
        array("syscalls", statistics.calls().entrySet(), call -> syscall(call.getKey(), call.getValue()));
        array("errors", statistics.errors().entrySet(), error -> error(error.getKey(), error.getValue()));
        latency("wait", statistics.waits());
        array("listeners", statistics.listeners().values(), row -> listener(row, statistics));
        others("other_listeners", statistics.otherListeners());
        fields.optional("unknown_queues", statistics.unknownQueues());
        array("peers", statistics.peers().entrySet(), peer -> peer(peer.getKey(), peer.getValue()));
        json.writeObjectFieldStart("other_peers");
        json.writeNumberField("connections", statistics.otherPeers().connections());
        json.writeEndObject();
        array("workers", statistics.acceptors(), this::worker);
        json.writeObjectFieldStart("other_workers");
        json.writeNumberField("calls", statistics.otherWorkers().calls());
        json.writeNumberField("connections", statistics.otherWorkers().connections());
        json.writeNumberField("empty", statistics.otherWorkers().empty());
        json.writeEndObject();
        array("flags", statistics.flags().entrySet(), flags -> flags(flags.getKey(), flags.getValue()));
    }

    /** Writes an array of objects. */
    private <T> void array(String name, Collection<T> items, Writer<T> writer) throws IOException {
        json.writeArrayFieldStart(name);
        for (T item : items) {
            json.writeStartObject();
            writer.write(item);
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private void syscall(SystemCall syscall, CallCount call) throws IOException {
        json.writeStringField("syscall", syscall.toString());
        json.writeNumberField("calls", call.calls());
        json.writeNumberField("errors", call.errors());
        json.writeNumberField("empty", call.empty());
        latency("duration", call.durations());
    }

    private void error(int errno, ErrorCount error) throws IOException {
        json.writeNumberField("errno", errno);
        json.writeStringField("error", Errno.name(errno));
        json.writeNumberField("calls", error.calls());
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
        json.writeBooleanField("coarse", latency.isCoarse());
        json.writeEndObject();
    }

    private void listener(ListenerCount listener, Statistics statistics) throws IOException {
        QueueNow now = listener.now();
        Owners owners = listener.owners();
        sockets.write("socket", listener.socket());
        fields.positive("netns", listener.netns());
        json.writeNumberField(owners.hasMore() ? "owner_count_at_least" : "owner_count", owners.count());
        array("owners", owners.named(), this::owner);
        json.writeNumberField("connections", listener.connections());
        fields.known("waiting", now.waiting());
        fields.known(now.atLeast() ? "oldest_at_least_ns" : "oldest_ns", now.oldestNs());
        fields.known("queue", listener.queue());
        fields.known("queue_high", listener.queueHigh());
        fields.known("queue_max", listener.queueMax());
        fields.known("drops", listener.drops());
        Coverage refusals = statistics.refusals().of(listener.socket());
        lost("refused", listener.refused(), refusals);
        if (!(listener.socket().local() instanceof Endpoint.Unix)) {
            lost("refused_packets", listener.refusedPackets(), refusals);
        }
        lost("reset", listener.reset(), statistics.closings().of(listener.socket()));
        latency("wait", listener.waits());
    }

    private void others(String name, ListenerCount others) throws IOException {
        json.writeObjectFieldStart(name);
        json.writeNumberField("connections", others.connections());
        fields.known("waiting", others.now().waiting());
        json.writeEndObject();
    }

    private void lost(String field, long count, Coverage coverage) throws IOException {
        if (coverage != Coverage.NONE) {
            json.writeNumberField(field + (coverage == Coverage.SOME ? "_at_least" : ""), count);
        }
    }

    private void owner(Owners.Owner owner) throws IOException {
        json.writeNumberField("tgid", owner.tgid());
        json.writeStringField("comm", JsonSockets.string(owner.comm()));
    }

    private void peer(Peer peer, PeerCount count) throws IOException {
        json.writeStringField("family_name", FamilyNames.of(peer.family()));
        peer.write(fields);
        fields.optional("name", details.hostName(peer.host()));
        json.writeNumberField("connections", count.connections());
        json.writeNumberField("first_ns", clock.epochNs(count.firstNs()));
        json.writeNumberField("last_ns", clock.epochNs(count.lastNs()));
    }

    private void worker(Worker worker) throws IOException {
        json.writeNumberField("tgid", worker.tgid());
        if (worker.isThread()) {
            json.writeNumberField("tid", worker.tid());
        }
        json.writeStringField("comm", JsonSockets.string(worker.comm()));
        json.writeNumberField("calls", worker.calls());
        json.writeNumberField("connections", worker.connections());
        json.writeNumberField("empty", worker.empty());
    }

    private void flags(int flags, long calls) throws IOException {
        json.writeNumberField("flags", Integer.toUnsignedLong(flags));
        json.writeArrayFieldStart("flag_names");
        for (String name : SocketFlags.names(flags)) {
            json.writeString(name);
        }
        json.writeEndArray();
        json.writeNumberField("calls", calls);
    }
}
