package accept4trace.diagnose;

import java.util.LinkedHashMap;
import java.util.Map;

/** A bounded LRU map. */
final class Recent<K, V> extends LinkedHashMap<K, V> {
    private static final long serialVersionUID = 1;
    private static final float LOAD = 0.75f;

    private final int most;
    private long forgotten;

    Recent(int most) {
        super(16, LOAD, true);
        this.most = most;
    }

    /** How many entries had to make room for others. */
    long forgotten() {
        return forgotten;
    }

    @Override
    protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
        forgotten += size() > most ? 1 : 0;
        return size() > most;
    }
}
