package accept4trace.bounded;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class BoundedMapTest {
    @Test
    void evictsTheLeastRecentlyUsedEntry() {
        List<String> evicted = new ArrayList<>();
        BoundedMap<Integer, String> map = new BoundedMap<>(2) {
            private static final long serialVersionUID = 1;

            @Override
            protected void evicted(String value) {
                evicted.add(value);
            }
        };
        map.put(1, "one");
        map.put(2, "two");
        assertEquals("one", map.get(1));
        map.put(3, "three");
        assertEquals(Set.of(1, 3), map.keySet());
        assertEquals(List.of("two"), evicted);
        assertEquals(1, map.evictions());
    }
}
