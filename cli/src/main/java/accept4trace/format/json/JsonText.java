package accept4trace.format.json;

import accept4trace.text.Text;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;

/** Generates JSON into buffers. */
final class JsonText {
    private final JsonGenerator generator;
    private Text out = new Text();

    private final class IntoText extends OutputStream {
        @Override
        public void write(int one) {
            out.add((char) one);
        }

        @Override
        public void write(byte[] bytes, int from, int length) {
            out.add(bytes, from, from + length);
        }
    }

    JsonText() {
        try {
            generator = factory().createGenerator(new IntoText());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Escapes all non-ASCII characters, because some of them control terminals. */
    private static JsonFactory factory() {
        return new JsonFactoryBuilder()
                .characterEscapes(new JsonEscapes())
                .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
                .disable(StreamWriteFeature.FLUSH_PASSED_TO_STREAM)
                .rootValueSeparator("")
                .build();
    }

    /** Returns the generator, whose output reaches the buffer when it is flushed. */
    JsonGenerator generator() {
        return generator;
    }

    /** Sets the buffer to which the generator appends from now on. */
    void appendTo(Text buffer) {
        out = buffer;
    }
}
