package accept4trace.recording;

import accept4trace.bounded.BoundedMap;
import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The latest answers of a recording, i.e. the results of lookups that the recorded trace made, e.g. in /proc; see
 * {@link Question}. If a question is missing here, the trace did not ask it, so its answer is unknown.
 */
final class AnswerBook {
    /**
     * More than {@link Recorder} remembers. The recorder writes an answer again only after it has forgotten the answer,
     * so this book must not evict an answer that the recorder still remembered.
     */
    private static final int MAX_ANSWERS = 4 * Recorder.MAX_ANSWERS;

    /**
     * Limits the memory that a hostile recording can use. Most answers have about 30 bytes, and few have more than 100.
     */
    private static final int MAX_BYTES = 4 << 20;
    /** Longer than any question of this version. */
    private static final int MAX_QUESTION_BYTES = 200;

    private final Map<ByteBuffer, byte[]> answers = new BoundedMap<>(MAX_ANSWERS, BoundedMap.Order.FIFO) {
        private static final long serialVersionUID = 1;

        @Override
        protected void evicted(byte[] answer) {
            bytes -= answer.length;
        }
    };
    /** The size of all answers. */
    private int bytes;

    private long version;

    /** Decodes an answer. */
    interface Decoder<T> {
        T decode(ByteReader in) throws DamagedException;
    }

    void add(ByteReader item) throws DamagedException {
        ByteBuffer question = ByteBuffer.wrap(Objects.requireNonNullElse(item.optional(), new byte[0]));
        byte[] answer = item.optional();
        version++;
        if (question.capacity() > MAX_QUESTION_BYTES) {
            return;
        }
        byte[] before = answers.remove(question);
        bytes -= before == null ? 0 : before.length;
        if (answer != null) {
            bytes += answer.length;
            answers.put(question, answer);
            evict();
        }
    }

    private void evict() {
        for (Iterator<byte[]> oldest = answers.values().iterator(); bytes > MAX_BYTES; oldest.remove()) {
            bytes -= oldest.next().length;
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
