package accept4trace.trigger;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A bounded FIFO of byte strings with times. A new entry evicts the oldest ones until there is room. The bytes are
 * outside the Java heap, in segments that are allocated when they are first used, so the memory never exceeds the
 * bound.
 */
public final class History {
    /** The size of the time and the length before each entry. */
    private static final int HEAD_BYTES = Long.BYTES + Integer.BYTES;

    private static final int MIN_SEGMENT_BYTES = 64 * 1024;
    private static final int MAX_SEGMENTS = 256;

    private final int segmentBytes;
    private final ByteBuffer[] segments;
    private final long capacity;
    private final Reader evicted;
    private final ByteBuffer head = ByteBuffer.allocate(HEAD_BYTES).order(ByteOrder.nativeOrder());
    private byte[] entry = new byte[1024];
    /** The position at which the oldest entry begins. */
    private long first;

    private long used;
    private long forgottenNs = Long.MIN_VALUE;

    /** Receives an entry. The bytes are valid only during the call. */
    public interface Reader {
        void read(long atNs, byte[] bytes, int length);
    }

    /**
     * @param maxBytes the bound, at least 64 KiB
     * @param evicted receives each entry that is evicted
     */
    public History(int maxBytes, Reader evicted) {
        this.segmentBytes = Math.max(MIN_SEGMENT_BYTES, maxBytes / MAX_SEGMENTS);
        this.segments = new ByteBuffer[maxBytes / segmentBytes];
        this.capacity = (long) segments.length * segmentBytes;
        this.evicted = evicted;
    }

    /** Returns the time up to which entries may be missing. All entries after it are kept. */
    public long forgottenNs() {
        return forgottenNs;
    }

    /** Declares that everything up to a time is missing. */
    public void forget(long untilNs) {
        forgottenNs = Math.max(forgottenNs, untilNs);
    }

    /** Adds an entry. An entry that is larger than the whole history is evicted at once. */
    public void add(long atNs, byte[] bytes, int from, int length) {
        long size = HEAD_BYTES + (long) length;
        while (used > 0 && used + size > capacity) {
            evict();
        }
        if (size > capacity) {
            evicted.read(atNs, copy(bytes, from, length), length);
            forget(atNs);
            return;
        }
        head.clear().putLong(atNs).putInt(length);
        write(first + used, head.array(), 0, HEAD_BYTES);
        write(first + used + HEAD_BYTES, bytes, from, length);
        used += size;
    }

    /** Evicts the oldest entries, up to the first one that is not older than {@code fromNs}. */
    public void evictBefore(long fromNs) {
        while (used > 0 && atNs() < fromNs) {
            evict();
        }
    }

    /** Passes all entries, the oldest first, and removes them. */
    public void drain(Reader to) {
        while (used > 0) {
            remove(to);
        }
    }

    private void evict() {
        remove(evicted);
    }

    private long atNs() {
        read(first, head.array(), HEAD_BYTES);
        return head.getLong(0);
    }

    private void remove(Reader to) {
        long atNs = atNs();
        int length = head.getInt(Long.BYTES);
        reserve(length);
        read(first + HEAD_BYTES, entry, length);
        first = (first + HEAD_BYTES + length) % capacity;
        used -= HEAD_BYTES + (long) length;
        forget(atNs);
        to.read(atNs, entry, length);
    }

    private byte[] copy(byte[] bytes, int from, int length) {
        reserve(length);
        System.arraycopy(bytes, from, entry, 0, length);
        return entry;
    }

    private void reserve(int length) {
        if (entry.length < length) {
            entry = new byte[Math.max(length, 2 * entry.length)];
        }
    }

    private void write(long position, byte[] bytes, int from, int length) {
        for (int done = 0; done < length; ) {
            int at = offset(position + done);
            int count = Math.min(length - done, segmentBytes - at);
            segment(position + done).put(at, bytes, from + done, count);
            done += count;
        }
    }

    private void read(long position, byte[] bytes, int length) {
        for (int done = 0; done < length; ) {
            int at = offset(position + done);
            int count = Math.min(length - done, segmentBytes - at);
            segment(position + done).get(at, bytes, done, count);
            done += count;
        }
    }

    private int offset(long position) {
        return (int) (position % capacity % segmentBytes);
    }

    private ByteBuffer segment(long position) {
        int index = (int) (position % capacity / segmentBytes);
        if (segments[index] == null) {
            segments[index] = ByteBuffer.allocateDirect(segmentBytes);
        }
        return segments[index];
    }
}
