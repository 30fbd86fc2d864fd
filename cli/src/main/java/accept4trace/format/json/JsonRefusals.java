package accept4trace.format.json;

import accept4trace.event.Refusal;
import accept4trace.event.RefusedAttempt;
import accept4trace.format.ProcessDetails;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;

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
        if (first.queue() != null) {
            json.writeNumberField("queue", first.queue().waiting());
            json.writeNumberField("queue_max", first.queue().limit());
        }
        json.writeStringField("at", attempt.at());
        json.writeNumberField("packets", attempt.packets());
        json.writeNumberField("duration_ns", attempt.lastNs() - first.timeNs());
    }
}
