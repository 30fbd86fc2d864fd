package accept4trace.format.json;

import accept4trace.event.Losses;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;

/** Writes counters of losses as fields of the current JSON object. */
record JsonLosses(JsonGenerator json) {
    void write(Losses losses) throws IOException {
        json.writeNumberField("events", losses.events());
        json.writeNumberField("entries", losses.entries());
        json.writeNumberField("children", losses.children());
        json.writeNumberField("misses", losses.skipped().calls());
        json.writeNumberField("unseen_children", losses.skipped().children());
        json.writeNumberField("halves", losses.skipped().halves());
        json.writeNumberField("refusals", losses.refusals());
        json.writeNumberField("closings", losses.skipped().closings());
        json.writeNumberField("turned_away", losses.skipped().turnedAway());
    }
}
