package accept4trace.recording;

import accept4trace.bounded.BoundedMap;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The latest answers of a recording. A question without an answer was not asked, so its answer is unknown. */
final class AnswerBook {
    /** More than {@link Recorder} remembers, because a recording repeats an answer only if the recorder forgot it. */
    private static final int MAX_ANSWERS = 4 * Recorder.MAX_ANSWERS;

    private final Map<ByteBuffer, byte[]> answers = new BoundedMap<>(MAX_ANSWERS);
    private long version;

    /** Decodes an answer. */
    interface Decoder<T> {
        T decode(ByteReader in) throws DamagedException;
    }

    void add(ByteReader item) throws DamagedException {
        ByteBuffer question = ByteBuffer.wrap(Objects.requireNonNullElse(item.optional(), new byte[0]));
        byte[] answer = item.optional();
        version++;
        if (answer == null) {
            answers.remove(question);
        } else {
            answers.put(question, answer);
        }
    }

    /** Returns a number that changes with each new answer. */
    long version() {
        return version;
    }

    /** Returns the answer; null if it is unknown, was null, or cannot be decoded. */
    <T> @Nullable T get(ByteBuffer question, Decoder<T> decoder) {
        byte[] answer = answers.get(question);
        try {
            return answer == null ? null : decoder.decode(new ByteReader(answer));
        } catch (DamagedException e) {
            return null;
        }
    }
}
