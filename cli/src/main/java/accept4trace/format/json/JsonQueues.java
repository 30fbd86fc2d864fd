package accept4trace.format.json;

import accept4trace.event.ListenerHolder;
import accept4trace.event.PeerTask;
import accept4trace.event.WaitingConnection;
import accept4trace.format.ProcessDetails;
import accept4trace.queue.ListenerQueue;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;

/** Writes accept queues as fields of the current JSON object. */
final class JsonQueues {
    private final JsonGenerator json;
    private final JsonFields fields;
    private final JsonSockets sockets;
    private final ProcessDetails details;

    JsonQueues(JsonGenerator json, JsonSockets sockets, ProcessDetails details) {
        this.json = json;
        this.fields = new JsonFields(json);
        this.sockets = sockets;
        this.details = details;
    }

    void write(ListenerQueue queue) throws IOException {
        sockets.write("listener", queue.socket());
        json.writeNumberField("netns", queue.netns());
        fields.known("waiting", queue.waiting());
        json.writeNumberField("queue_max", queue.limit());
        WaitingConnection oldest = queue.oldest();
        fields.known(oldest != null && oldest.atLeast() ? "oldest_at_least_ns" : "oldest_ns", queue.oldestNs());
        json.writeArrayFieldStart("waiting_connections");
        for (WaitingConnection connection : queue.longest()) {
            connection(connection);
        }
        json.writeEndArray();
        json.writeNumberField("holder_count", queue.holderCount());
        json.writeArrayFieldStart("holders");
        for (ListenerHolder holder : queue.holders()) {
            holder(holder);
        }
        json.writeEndArray();
    }

    private void connection(WaitingConnection connection) throws IOException {
        json.writeStartObject();
        PeerTask task = connection.task();
        if (task == null) {
            sockets.end("remote", connection.peer(), details.hostName(connection.peer()));
            json.writeNumberField("bytes_received", connection.unreadBytes());
            json.writeBooleanField("reset", connection.isReset());
        } else {
            sockets.process("peer_process", task);
        }
        fields.known(connection.atLeast() ? "age_at_least_ns" : "age_ns", connection.ageNs());
        json.writeEndObject();
    }

    private void holder(ListenerHolder holder) throws IOException {
        json.writeStartObject();
        json.writeNumberField("tgid", holder.tgid());
        json.writeNumberField("fd", holder.fd());
        json.writeNumberField("uid", Integer.toUnsignedLong(holder.uid()));
        json.writeStringField("comm", JsonSockets.string(holder.comm()));
        json.writeEndObject();
    }
}
