package accept4trace.event;

import java.io.IOException;

/** Takes an object's values by name, e.g. to write them as JSON. */
public interface Fields {
    void string(String name, String value) throws IOException;

    void number(String name, long value) throws IOException;
}
