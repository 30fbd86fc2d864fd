package accept4trace.event;

import java.io.IOException;

/** Receives the named fields of an object, e.g. to write them as JSON. */
public interface Fields {
    void string(String name, String value) throws IOException;

    void number(String name, long value) throws IOException;
}
