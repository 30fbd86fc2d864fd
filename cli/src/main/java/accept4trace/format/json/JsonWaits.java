package accept4trace.format.json;

import accept4trace.event.AcceptCall;
import accept4trace.event.Backlog;
import accept4trace.event.Handshake;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;

/** Writes what a connection went through before it was accepted: the handshake and the accept queue. */
final class JsonWaits {
    private final JsonGenerator json;
    private final JsonFields fields;

    JsonWaits(JsonGenerator json, JsonFields fields) {
        this.json = json;
        this.fields = fields;
    }

    void write(AcceptCall call) throws IOException {
        Backlog backlog = call.listener().backlog();
        fields.known("wait_ns", call.connection().waitNs());
        fields.known("wake_ns", call.wakeNs());
        queue(backlog);
        fields.known("ahead", call.connection().ahead());
        fields.known("drops", backlog.drops());
        write(call.connection().handshake());
        fields.known("half_open", backlog.halfOpen());
    }

    void queue(Backlog backlog) throws IOException {
        if (backlog.length() >= 0) {
            json.writeNumberField("queue", backlog.length());
            json.writeNumberField("queue_max", backlog.max());
        }
    }

    private void write(Handshake handshake) throws IOException {
        fields.known("synacks", handshake.synacks());
        fields.known("rtt_ns", handshake.rttNs());
        if (handshake.received() >= 0) {
            json.writeNumberField("bytes_received", handshake.received());
            json.writeNumberField("accept_cpu", handshake.acceptCpu());
            json.writeNumberField("receive_cpu", handshake.receiveCpu());
        }
    }
}
