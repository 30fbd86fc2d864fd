package accept4trace.event;

import static accept4trace.event.EventLayout.Event.*;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What the record before had already: in a storm the same thread calls for the same listener, and objects that say the
 * same need not be made anew for each call.
 */
final class LastDecoded {
    private static final int WORDS_OF_NAME = THREAD_COMM_BYTES / Long.BYTES;
    /** A listener's record, from its inode to the end of its address. */
    private static final int WORDS_OF_LISTENER = LISTENER_BYTES / Long.BYTES;

    private final long[] key;
    private @Nullable Object made;

    private LastDecoded(int words) {
        key = new long[words];
    }

    static LastDecoded name() {
        return new LastDecoded(WORDS_OF_NAME);
    }

    static LastDecoded listener() {
        return new LastDecoded(WORDS_OF_LISTENER);
    }

    /** What was made of the bytes at {@code at}, if the last ones were the same; else null. */
    @Nullable
    Object of(ByteBuffer batch, int at) {
        for (int i = 0; i < key.length; i++) {
            if (batch.getLong(at + i * Long.BYTES) != key[i]) {
                return null;
            }
        }
        return made;
    }

    /** {@code object} is made of the bytes at {@code at}. */
    void keep(ByteBuffer batch, int at, Object object) {
        for (int i = 0; i < key.length; i++) {
            key[i] = batch.getLong(at + i * Long.BYTES);
        }
        made = object;
    }
}
