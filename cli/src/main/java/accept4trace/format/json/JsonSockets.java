package accept4trace.format.json;

import accept4trace.event.Endpoint;
import accept4trace.event.Endpoint.Unix;
import accept4trace.event.KernelSocket;
import accept4trace.event.PeerTask;
import accept4trace.format.FdText;
import accept4trace.format.ProcessDetails;
import accept4trace.text.FamilyNames;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Writes sockets as JSON objects. */
final class JsonSockets {
    private static final int SOCK_STREAM = 1;

    private final JsonGenerator json;
    private final JsonFields fields;
    private final ProcessDetails details;

    JsonSockets(JsonGenerator json, ProcessDetails details) {
        this.json = json;
        this.fields = new JsonFields(json);
        this.details = details;
    }

    /** Decodes a name as UTF-8. Invalid bytes become U+FFFD. */
    static String string(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** Writes a field with a socket, or nothing for null. */
    void write(String field, @Nullable KernelSocket socket) throws IOException {
        if (socket == null) {
            return;
        }
        json.writeObjectFieldStart(field);
        fields.positive("inode", socket.inode());
        json.writeNumberField("family", socket.protocol().family());
        json.writeStringField("family_name", FamilyNames.of(socket.protocol().family()));
        json.writeStringField("protocol", protocol(socket));
        end("local", socket.local(), null);
        if (socket.remote() != null) {
            end("remote", socket.remote(), details.hostName(socket.remote()));
        }
        fields.positive("remote_inode", socket.remoteInode());
        json.writeEndObject();
    }

    /** Gives an AF_UNIX socket the same name in all records, because only some records have the kernel's name. */
    private static String protocol(KernelSocket socket) {
        boolean isStream = socket.protocol().type() == SOCK_STREAM;
        return socket.local() instanceof Unix ? isStream ? "UNIX-STREAM" : "UNIX" : FdText.protocol(socket);
    }

    /** Writes a field with the process at the other end of an AF_UNIX connection. */
    void process(String field, PeerTask peer) throws IOException {
        json.writeObjectFieldStart(field);
        json.writeNumberField("pid", peer.pid());
        json.writeNumberField("uid", Integer.toUnsignedLong(peer.uid()));
        json.writeStringField("comm", string(peer.comm()));
        json.writeEndObject();
    }

    void end(String field, Endpoint end, @Nullable String name) throws IOException {
        json.writeObjectFieldStart(field);
        end.write(fields);
        fields.optional("name", name);
        json.writeEndObject();
    }
}
