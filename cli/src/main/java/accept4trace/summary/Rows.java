package accept4trace.summary;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;

/** A table with a limited amount of heap. Once it is full, all new keys share one extra row. */
final class Rows<K, R> {
    /** Heap of a HashMap entry including its slot in the table, in bytes. */
    static final int ENTRY_BYTES = 44;

    private final Map<K, R> rows = new HashMap<>();
    private final Budget budget;
    private final R others;
    private boolean full;

    Rows(long bytes, R others) {
        this.budget = new Budget(bytes);
        this.others = others;
    }

    /**
     * Returns the row of a key, or the shared row if there is no room for a new one.
     *
     * @param bytes heap of a new row with its key
     * @param maker makes a new row
     */
    R row(K key, long bytes, Supplier<R> maker) {
        R row = rows.get(key);
        if (row == null && budget.take(bytes)) {
            row = maker.get();
            rows.put(key, row);
        }
        full |= row == null;
        return row == null ? others : row;
    }

    /** Reserves heap for an extension of a row. Returns false if there is no room. */
    boolean hasRoom(long bytes) {
        return budget.take(bytes);
    }

    Map<K, R> rows() {
        return rows;
    }

    R others() {
        return others;
    }

    /** Returns whether a key had to use the shared row. */
    boolean isFull() {
        return full;
    }
}
