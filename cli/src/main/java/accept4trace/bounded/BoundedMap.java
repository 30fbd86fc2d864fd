package accept4trace.bounded;

import java.util.LinkedHashMap;
import java.util.Map;

/** A bounded map. Depending on its {@link Order}, it evicts the entry that was used least recently or added first. */
public class BoundedMap<K, V> extends LinkedHashMap<K, V> {
    private static final long serialVersionUID = 1;
    private static final float LOAD = 0.75f;

    private final int maxEntries;
    private long evictions;

    /** Which entry is evicted when the map is full. */
    public enum Order {
        LRU,
        /** The entry that was added first, even if it has been used since. */
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
