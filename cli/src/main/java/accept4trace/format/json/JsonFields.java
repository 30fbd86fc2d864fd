package accept4trace.format.json;

import accept4trace.event.Fields;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;

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
}
