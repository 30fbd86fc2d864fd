package accept4trace.format.json;

import accept4trace.diagnose.Finding;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Writes findings as fields of the current JSON object. */
record JsonFindings(JsonGenerator json, JsonSockets sockets, JsonFields fields) {
    void write(Finding finding) throws IOException {
        json.writeStringField("finding", finding.kind().word());
        json.writeStringField("severity", finding.severity().name().toLowerCase(Locale.ROOT));
        sockets.write("listener", finding.listener());
        json.writeArrayFieldStart("processes");
        for (int tgid : finding.processes()) {
            json.writeNumber(tgid);
        }
        json.writeEndArray();
        json.writeStringField("text", finding.headline());
        json.writeStringField("remedy", finding.remedy());
        json.writeObjectFieldStart("numbers");
        for (Map.Entry<String, Long> number : new TreeMap<>(finding.numbers()).entrySet()) {
            fields.known(number.getKey(), number.getValue());
        }
        json.writeEndObject();
    }
}
