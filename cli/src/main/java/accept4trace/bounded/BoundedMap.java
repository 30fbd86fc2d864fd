package accept4trace.bounded;

import java.util.LinkedHashMap;
import java.util.Map;

/** A bounded map: LRU, or FIFO. */
public class BoundedMap<K, V> extends LinkedHashMap<K, V> {
    private static final long serialVersionUID = 1;
    private static final float LOAD = 0.75f;

    private final int maxEntries;
    private long evictions;

    /** What becomes of an entry when it is used again. */
    public enum Order {
        LRU,
        /** Using an entry does not change when it is evicted. */
        FIFO
    }

    /** Creates an LRU map. */
    public BoundedMap(int maxEntries) {
        this(maxEntries, Order.LRU);
    }

    public BoundedMap(int maxEntries, Order order) {
        super(16, LOAD, order == Order.LRU);
        this.maxEntries = maxEntries;
    }

    /** Returns how many entries have been evicted so far. */
    public final long evictions() {
        return evictions;
    }

    /** Called with the value of each entry when it is evicted. */
    protected void evicted(V value) {}

    @Override
    protected final boolean removeEldestEntry(Map.Entry<K, V> eldest) {
        if (size() <= maxEntries) {
            return false;
        }
        evictions++;
        evicted(eldest.getValue());
        return true;
    }
}
