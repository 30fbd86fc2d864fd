package accept4trace.format.json;

import accept4trace.event.Fields;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** Writes fields to the current JSON object. */
record JsonFields(JsonGenerator json) implements Fields {
    @Override
    public void string(String name, String value) throws IOException {
        json.writeStringField(name, value);
    }

    @Override
    public void number(String name, long value) throws IOException {
        json.writeNumberField(name, value);
    }

    void optional(String name, @Nullable String value) throws IOException {
        if (value != null) {
            json.writeStringField(name, value);
        }
    }

    void pointer(String name, long value) throws IOException {
        json.writeFieldName(name);
        json.writeNumber(Long.toUnsignedString(value));
    }

    void optional(String name, @Nullable Integer value) throws IOException {
        if (value != null) {
            json.writeNumberField(name, value);
        }
    }

    /** Writes a number, or nothing if it is negative, which means unknown. */
    void known(String name, long value) throws IOException {
        if (value >= 0) {
            json.writeNumberField(name, value);
        }
    }

    /** Writes a number, or nothing if it is 0, which means that it is unknown or does not apply. */
    void positive(String name, long value) throws IOException {
        if (value > 0) {
            json.writeNumberField(name, value);
        }
    }

    void optional(String name, @Nullable Boolean value) throws IOException {
        if (value != null) {
            json.writeBooleanField(name, value);
        }
    }

    void hex(String name, byte @Nullable [] bytes) throws IOException {
        if (bytes != null) {
            json.writeStringField(name, HexFormat.of().formatHex(bytes));
        }
    }
}
