package accept4trace.format.json;

import accept4trace.event.AddressFamily;
import accept4trace.event.Endpoint;
import accept4trace.event.KernelSocket;
import accept4trace.format.FamilyNames;
import accept4trace.format.FdText;
import accept4trace.format.ProcessDetails;
import accept4trace.text.IpText;
import accept4trace.text.Text;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Sockets and their ends as JSON objects. */
final class JsonSockets {
    private static final int VSOCK_ANY = -1;

    private final JsonGenerator json;
    private final ProcessDetails details;

    JsonSockets(JsonGenerator json, ProcessDetails details) {
        this.json = json;
        this.details = details;
    }

    /** Names are bytes; what is no UTF-8 among them becomes U+FFFD. */
    static String string(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** Nothing for null. */
    void write(String field, KernelSocket socket) throws IOException {
        if (socket == null) {
            return;
        }
        json.writeObjectFieldStart(field);
        json.writeNumberField("inode", socket.inode());
        json.writeNumberField("family", socket.family());
        json.writeStringField("family_name", FamilyNames.of(socket.family()));
        json.writeStringField("protocol", FdText.protocol(socket));
        end("local", socket.family(), socket.local(), null);
        if (socket.remote() != null) {
            end("remote", socket.family(), socket.remote(), hostName(socket.remote()));
        }
        if (socket.remoteInode() != 0) {
            json.writeNumberField("remote_inode", socket.remoteInode());
        }
        json.writeEndObject();
    }

    private String hostName(Endpoint end) {
        return end.address().length == 0 ? null : details.hostName(end.address());
    }

    private void end(String field, int family, Endpoint end, String name) throws IOException {
        json.writeObjectFieldStart(field);
        switch (family) {
            case AddressFamily.INET, AddressFamily.INET6 -> inet(end);
            case AddressFamily.UNIX -> unix(end.name());
            case AddressFamily.VSOCK -> vsock(end);
            default -> {
                // Its inode is all that is known.
            }
        }
        if (name != null) {
            json.writeStringField("name", name);
        }
        json.writeEndObject();
    }

    private void inet(Endpoint end) throws IOException {
        Text address = new Text();
        IpText.append(address, end.address());
        json.writeStringField("address", address.toString());
        json.writeNumberField("port", end.port());
        if (end.scopeId() != 0) {
            json.writeNumberField("scope_id", end.scopeId());
        }
    }

    private void unix(byte[] name) throws IOException {
        if (name.length > 0 && name[0] == 0) {
            json.writeStringField("abstract", string(Arrays.copyOfRange(name, 1, name.length)));
        } else if (name.length > 0) {
            json.writeStringField("path", string(untilNul(name)));
        }
    }

    private static byte[] untilNul(byte[] name) {
        int end = 0;
        while (end < name.length && name[end] != 0) {
            end++;
        }
        return Arrays.copyOf(name, end);
    }

    private void vsock(Endpoint end) throws IOException {
        if (end.contextId() != VSOCK_ANY) {
            json.writeNumberField("cid", Integer.toUnsignedLong(end.contextId()));
        }
        if (end.port() != VSOCK_ANY) {
            json.writeNumberField("port", Integer.toUnsignedLong(end.port()));
        }
    }
}
