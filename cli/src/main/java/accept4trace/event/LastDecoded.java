package accept4trace.event;

import static accept4trace.event.EventLayout.Event.*;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A cache of the object that was decoded last, with its bytes in the record as the key. At high rates, consecutive
 * records often have the same thread and listener, so the decoder can reuse the object.
 */
final class LastDecoded {
    private static final int WORDS_OF_NAME = THREAD_COMM_BYTES / Long.BYTES;
    /** The listener part of a record, from the inode to the end of the address. */
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

    /** Returns the cached object if the bytes at {@code at} equal its key, else null. */
    @Nullable
    Object of(ByteBuffer batch, int at) {
        for (int i = 0; i < key.length; i++) {
            if (batch.getLong(at + i * Long.BYTES) != key[i]) {
                return null;
            }
        }
        return made;
    }

    /** Caches {@code object} with the bytes at {@code at} as its key. */
    void keep(ByteBuffer batch, int at, Object object) {
        for (int i = 0; i < key.length; i++) {
            key[i] = batch.getLong(at + i * Long.BYTES);
        }
        made = object;
    }
}
