package accept4trace.format.json;

import accept4trace.event.CallStack;
import accept4trace.event.Caller;
import accept4trace.event.StackFrame;
import accept4trace.format.ProcessDetails;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Writes stacks as JSON arrays with one object per frame. */
final class JsonStacks {
    private final JsonGenerator json;
    private final ProcessDetails details;

    JsonStacks(JsonGenerator json, ProcessDetails details) {
        this.json = json;
        this.details = details;
    }

    /** Returns the unwound stack, or null. Call this between records, because unwinding can cause a notice record. */
    @Nullable
    CallStack unwind(Caller caller) {
        return caller.stack() == null ? null : details.stack(caller.tgid(), caller.stack());
    }

    /** Writes the fields of a stack, or nothing for null. */
    void write(@Nullable CallStack unwound) throws IOException {
        if (unwound == null) {
            return;
        }
        json.writeArrayFieldStart("stack");
        for (StackFrame frame : unwound.frames()) {
            frame(frame);
        }
        json.writeEndArray();
        json.writeBooleanField("stack_cut", unwound.cut());
    }

    private void frame(StackFrame frame) throws IOException {
        json.writeStartObject();
        json.writeFieldName("address");
        json.writeNumber(Long.toUnsignedString(frame.address()));
        if (frame.path() != null) {
            json.writeStringField("path", JsonSockets.string(frame.path()));
            json.writeNumberField("file_offset", frame.fileOffset());
        }
        if (frame.function() != null) {
            json.writeStringField("function", JsonSockets.string(frame.function()));
            json.writeNumberField("offset", frame.offset());
        }
        if (frame.unread() != null) {
            json.writeStringField("unread", frame.unread());
        }
        json.writeEndObject();
    }
}
