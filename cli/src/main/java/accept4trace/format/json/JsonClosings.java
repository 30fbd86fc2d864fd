package accept4trace.format.json;

import accept4trace.event.Closing;
import accept4trace.event.GivenUp;
import accept4trace.event.ListenerFd;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;

/** Writes closed listeners and clients that gave up as fields of the current JSON object. */
final class JsonClosings {
    private final JsonGenerator json;
    private final JsonFields fields;
    private final JsonSockets sockets;

    JsonClosings(JsonGenerator json, JsonSockets sockets) {
        this.json = json;
        this.fields = new JsonFields(json);
        this.sockets = sockets;
    }

    void write(Closing closing) throws IOException {
        listener(closing.listener());
        if (closing.listener().backlog().length() >= 0) {
            json.writeNumberField("waiting", closing.listener().backlog().length());
            json.writeNumberField("limit", closing.listener().backlog().max());
        }
        json.writeNumberField("reset", closing.discarded().reset());
        fields.positive("left", closing.discarded().left());
        json.writeNumberField("migrated", closing.discarded().migrated());
        json.writeNumberField("half_open", closing.discarded().halfOpen());
        json.writeBooleanField("by_exit", closing.byExit());
    }

    void write(GivenUp client) throws IOException {
        listener(client.listener());
        sockets.write("connection", client.connection());
        fields.known("waited_ns", client.waitNs());
    }

    private void listener(ListenerFd listener) throws IOException {
        sockets.write("listener", listener.socket());
        json.writeNumberField("netns", listener.netns());
    }
}
