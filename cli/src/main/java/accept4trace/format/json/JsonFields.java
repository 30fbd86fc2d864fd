package accept4trace.format.json;

import accept4trace.event.Fields;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;

/** Writes fields into the object that is being written. */
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
