package accept4trace.format.json;

import accept4trace.event.Refusal;
import accept4trace.event.RefusedAttempt;
import accept4trace.event.RefusedUnixClient;
import accept4trace.event.UnixRefusal;
import accept4trace.format.ProcessDetails;
import accept4trace.text.Errno;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Writes refused connections as fields of the current JSON object. */
final class JsonRefusals {
    private final JsonGenerator json;
    private final JsonSockets sockets;
    private final ProcessDetails details;

    JsonRefusals(JsonGenerator json, JsonSockets sockets, ProcessDetails details) {
        this.json = json;
        this.sockets = sockets;
        this.details = details;
    }

    void write(RefusedAttempt attempt) throws IOException {
        Refusal first = attempt.first();
        sockets.write("listener", first.listener());
        json.writeNumberField("netns", first.netns());
        sockets.end("local", first.local(), null);
        sockets.end("remote", first.peer(), details.hostName(first.peer()));
        queue(first.queue());
        json.writeStringField("at", attempt.at());
        json.writeNumberField("packets", attempt.packets());
        json.writeNumberField("duration_ns", attempt.lastNs() - first.timeNs());
    }

    void write(RefusedUnixClient client) throws IOException {
        UnixRefusal first = client.first();
        sockets.write("listener", first.listener());
        json.writeNumberField("netns", first.netns());
        sockets.process("peer_process", first.client());
        queue(first.queue());
        json.writeStringField("error", Errno.name(first.errno()));
        json.writeNumberField("connects", client.connects());
        json.writeNumberField("duration_ns", client.lastNs() - first.timeNs());
    }

    private void queue(Refusal.@Nullable Queue queue) throws IOException {
        if (queue != null) {
            json.writeNumberField("queue", queue.waiting());
            json.writeNumberField("queue_max", queue.limit());
        }
    }
}
