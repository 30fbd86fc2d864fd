package accept4trace.summary;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;

/** A table with as many rows as its budget has room for, and one for all other keys. */
final class Rows<K, R> {
    /** What a HashMap takes for an entry, its place in the table included. */
    static final int ENTRY_BYTES = 44;

    private final Map<K, R> rows = new HashMap<>();
    private final Budget budget;
    private final R others;
    private boolean full;

    Rows(long bytes, R others) {
        this.budget = new Budget(bytes);
        this.others = others;
    }

    /** Returns the row of a key, or that of the others; {@code bytes}: heap of a new one with its key. */
    R row(K key, long bytes, Supplier<R> maker) {
        R row = rows.get(key);
        if (row == null && budget.take(bytes)) {
            row = maker.get();
            rows.put(key, row);
        }
        full |= row == null;
        return row == null ? others : row;
    }

    Map<K, R> rows() {
        return rows;
    }

    R others() {
        return others;
    }

    /** Whether a key had to go to the others. */
    boolean isFull() {
        return full;
    }
}
